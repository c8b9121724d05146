import { expect, test } from "vitest";
import { childEnvironment } from "../../src/process/child-environment.ts";

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
    SSL_CERT_FILE: "/certs.pem",
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
