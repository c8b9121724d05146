import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { answering, type CodexSim, type SimFault, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";

async function writeEndpoint({ project }: Sandbox, baseUrl: string): Promise<void> {
  const endpoint = `endpoint: { base_url: "${baseUrl}" }`;
  const text = `llm: { provider: { backend: codex, codex: { ${endpoint} } }, models: { default: m } }\n`;
  await writeFile(join(project, "ktx.yaml"), text);
}

const failing = (fault: SimFault): Promise<CodexSim> =>
  startCodexSim({ script: answering(() => "ok"), faults: { faults: [fault] } });

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

test("the key of --api-key-env goes to the endpoint of ktx.yaml", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "ok") });
  await writeEndpoint(sandbox, sim.baseUrl);
  const args = ["run", "Hi.", "--api-key-env", "MY_KEY"];
  const refused = await runHere(sandbox, args);
  expect(refused.stderr).toMatch(/^error: MY_KEY is not set\./);
  expect({ exitCode: refused.exitCode, requests: sim.requests.length }).toEqual({
    exitCode: 2,
    requests: 0,
  });
  await runHere(sandbox, args, { env: { MY_KEY: "a-key-of-mine" } });
  expect(sim.requests[0]?.headers["authorization"]).toMatch(/^Bearer /);
});

describe("a run that its service does not serve names the host, the cause, the tries and the time", () => {
  const always = { probability: 1 } as const;
  test.each<[string, SimFault, string]>([
    ["a connection that is dropped", { kind: "drop", ...always }, "ends the connection before"],
    ["an error of the service", { kind: "refuse", status: 500, ...always }, "answers with"],
  ])("%s", async (_, fault, cause) => {
    await using sandbox = await openSandbox();
    await using sim = await failing(fault);
    await writeEndpoint(sandbox, sim.baseUrl);
    const { host } = new URL(sim.baseUrl);
    const { stdout, stderr } = await runHere(sandbox, ["run", "Hi.", "--json"]);
    const { error } = JSON.parse(stdout);
    expect(error.why).toMatch(
      new RegExp(`^${host} ${cause} .*\\. Tried \\d times in [\\d.]+ s\\.$`),
    );
    expect(oneLine(stderr)).toContain(`why: ${error.why}`);
    const logs = await runHere(sandbox, ["logs", "--json"]);
    expect(JSON.parse(logs.stdout).lastFailure.failure.why).toBe(error.why);
  });

  test("a proxy that is dead", async () => {
    await using sandbox = await openSandbox();
    await writeEndpoint(sandbox, "https://models.invalid/v1");
    const env = { HTTPS_PROXY: "http://me:geheim-77@127.0.0.1:9" };
    const { stdout, stderr } = await runHere(sandbox, ["run", "Hi.", "--json"], { env });
    expect(JSON.parse(stdout).error).toMatchObject({
      kind: "network",
      why: expect.stringMatching(/^The proxy 127\.0\.0\.1:9, which HTTPS_PROXY names, cannot be/),
      next: "Start that proxy, or correct or unset HTTPS_PROXY.",
    });
    expect(stdout + stderr).not.toContain("geheim");
  });
});

/** A server on loopback that gives each request this page; its host. */
async function servePage(status: number, page: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { "content-type": "text/html" }).end(page);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

test("an endpoint with a wrong path, which answers 404 with a web page, has the step for its URL in run and in status", async () => {
  await using sandbox = await openSandbox();
  const title = "<html><head><title>404 Not Found</title></head></html>";
  await writeEndpoint(sandbox, `http://${await servePage(404, title)}/wrong`);
  const next = "Set llm.provider.codex.endpoint.base_url to the base URL of a model service.";
  const { error } = JSON.parse((await runHere(sandbox, ["run", "Hi.", "--json"])).stdout);
  expect(error).toMatchObject({ kind: "invalid-request", httpStatus: 404, next });
  const status = await runHere(sandbox, ["status", "--json"]);
  expect(JSON.parse(status.stdout).checks).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining("404 Not Found"), fix: next }),
  );
});

test("a web server in the place of the service is named by run and by status", async () => {
  await using sandbox = await openSandbox();
  const host = await servePage(200, "<!doctype html>");
  await writeEndpoint(sandbox, `http://${host}/v1`);
  const message = `${host} answers with a web page, and not as a model service.`;
  const next = "Set llm.provider.codex.endpoint.base_url to the base URL of a model service.";
  const { error } = JSON.parse((await runHere(sandbox, ["run", "Hi.", "--json"])).stdout);
  expect(error).toMatchObject({ kind: "stream-disconnected", next });
  expect(error.why.startsWith(message)).toBe(true);
  const status = await runHere(sandbox, ["status", "--json"]);
  expect(JSON.parse(status.stdout).checks).toContainEqual(
    expect.objectContaining({ message, fix: next }),
  );
});

test("setup, status and run give the same next step for a service that does not run", async () => {
  await using sandbox = await openSandbox();
  const next = "Start that service, or correct llm.provider.codex.endpoint.base_url.";
  const args = ["--endpoint", "http://127.0.0.1:9/v1", "--llm-model", "m", "--yes", "--probe"];
  const setup = await runHere(sandbox, ["setup", ...args]);
  expect(oneLine(setup.stderr)).toBe(`Missing: 127.0.0.1:9 refuses the connection. Next: ${next} `);
  const status = await runHere(sandbox, ["status", "--json"]);
  expect(JSON.parse(status.stdout).checks).toContainEqual(
    expect.objectContaining({ message: "127.0.0.1:9 refuses the connection.", fix: next }),
  );
  const run = await runHere(sandbox, ["run", "Hi."]);
  expect(oneLine(run.stderr)).toContain(`next: ${next}`);
  // The turn that was asked for has failed.
  expect([setup, status, run].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
});

test("the next step of setup keeps the service that was typed, and creates no key where there is no network", async () => {
  await using sandbox = await openSandbox();
  const env = { HTTPS_PROXY: "http://127.0.0.1:9" };
  const { exitCode, stderr } = await runHere(sandbox, ["setup", "--endpoint", "vllm", "--yes"], {
    env,
  });
  expect(oneLine(stderr)).toMatch(
    /does not answer: connection refused\. Start it with `vllm serve <model>`.* next: Give it: ktx setup --endpoint vllm --llm-model <id> --yes/,
  );
  expect(exitCode).toBe(2);
});
