import { expect, test } from "vitest";
import { childEnvironment } from "../src/child-environment.ts";

const machine = {
  HOME: "/home/me",
  PATH: "/bin",
  TMPDIR: "/var/tmp",
  CODEX_HOME: "/home/me/.codex",
  CODEX_API_KEY: "key",
  https_proxy: "http://proxy",
  SSL_CERT_FILE: "/certs.pem",
  AWS_SECRET_ACCESS_KEY: "not for Codex",
  GITHUB_TOKEN: "not for Codex",
  NODE_OPTIONS: "--inspect",
  MY_KEY: "for the endpoint",
  EMPTY: undefined,
};

test("the child gets home, sign-in, programs, temporary folder, TLS and proxy, and nothing else", () => {
  expect(childEnvironment({ env: machine, platform: "linux" })).toEqual({
    HOME: "/home/me",
    PATH: "/bin",
    TMPDIR: "/var/tmp",
    CODEX_HOME: "/home/me/.codex",
    CODEX_API_KEY: "key",
    https_proxy: "http://proxy",
    NO_PROXY: "127.0.0.1,localhost,::1",
    SSL_CERT_FILE: "/certs.pem",
  });
});

test("a proxy is never given what is meant for this machine", () => {
  const env = { HTTP_PROXY: "http://proxy", no_proxy: "intranet", NO_PROXY: "" };
  expect(childEnvironment({ env, platform: "linux" })).toEqual({
    HTTP_PROXY: "http://proxy",
    no_proxy: "intranet,127.0.0.1,localhost,::1",
    NO_PROXY: "intranet,127.0.0.1,localhost,::1",
  });
});

test("without a proxy the exceptions stay as they are", () => {
  const env = { no_proxy: "intranet" };
  expect(childEnvironment({ env, platform: "linux" })).toEqual(env);
});

test("what is withheld does not get through, whatever its case on Windows", () => {
  const env = { Path: "C:\\bin", TEMP: "C:\\temp" };
  expect(childEnvironment({ env, platform: "win32", withhold: ["PATH"] })).toEqual({
    TEMP: "C:\\temp",
  });
});

test("a named variable gets through as well", () => {
  const child = childEnvironment({ env: machine, platform: "linux", allow: ["MY_KEY", "ABSENT"] });
  expect(child).toMatchObject({ MY_KEY: "for the endpoint" });
  expect(child).not.toHaveProperty("ABSENT");
});

test("what the run adds wins over what is inherited", () => {
  const child = childEnvironment({ env: machine, platform: "linux", add: { PATH: "/empty" } });
  expect(child["PATH"]).toBe("/empty");
});

test("names are matched without case on Windows, and kept as they came", () => {
  const env = { Path: "C:\\bin", systemroot: "C:\\Windows", Secret: "no" };
  expect(childEnvironment({ env, platform: "win32" })).toEqual({
    Path: "C:\\bin",
    systemroot: "C:\\Windows",
  });
  expect(childEnvironment({ env, platform: "linux" })).toEqual({});
});
