import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { reply, type SimRequest, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";

const names = ["text", "object", "stream", "tools", "conversation", "budget", "status"];

async function smoke(sandbox: Sandbox, env: Readonly<Record<string, string>>) {
  const script = join(import.meta.dirname, "../../scripts/smoke-live.ts");
  const args = ["--no-warnings", "--conditions=@ktx/source", script];
  return await promisify(execFile)(process.execPath, args, {
    env: { ...sandbox.env, ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

/** A model that does as the checks ask. */
function play({ userText, tools, toolOutputs, outputSchema }: SimRequest) {
  const secret = /\d{6}/.exec(toolOutputs.at(-1)?.output ?? userText)?.[0] ?? "";
  if (outputSchema !== undefined) return reply([text('{"capital":"Paris","since":null}')]);
  const wanted = userText.includes("five times") ? 5 : 1;
  if (tools.includes("read_number") && toolOutputs.length < wanted)
    return reply([toolCall("read_number", {})]);
  if (userText.includes("Count")) return reply([text("1, 2, 3 and so on to 20.", { deltas: 4 })]);
  return reply([text(secret === "" ? "pong" : secret)]);
}

test("the live smoke test asks nobody without its variable, and says how to run it", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: play });
  const { code, stdout, stderr } = await smoke(sandbox, { KTX_SMOKE_ENDPOINT: sim.baseUrl });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("KTX_SMOKE_LIVE=1 npx -y pnpm@10.34.8 smoke:live");
  expect(sim.requests).toHaveLength(0);
});

test("the live smoke test passes with a service that answers, and leaves nothing", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: play });
  const env = { KTX_SMOKE_LIVE: "1", KTX_SMOKE_ENDPOINT: sim.baseUrl };
  const { code, stdout, stderr } = await smoke(sandbox, env);
  const passed = Array.from(stdout.matchAll(/^ok +(\w+)/gm), ([, name]) => name);
  expect({ passed, code, stderr }).toEqual({ passed: names, code: 0, stderr: "" });
  expect(stdout).toMatch(/^All passed: gpt-5\.5, \d+ tokens\.$/m);
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("the live smoke test names each check that fails, and runs the others", async () => {
  await using sandbox = await openSandbox();
  const script = (request: SimRequest) =>
    request.userText.includes("pong") ? reply([text("ping")]) : play(request);
  await using sim = await startCodexSim({ script });
  const env = { KTX_SMOKE_LIVE: "1", KTX_SMOKE_ENDPOINT: sim.baseUrl };
  const { code, stdout } = await smoke(sandbox, env);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failed +text .*\n +Expected the word pong, got: ping$/m);
  expect(stdout.match(/^ok /gm)).toHaveLength(names.length - 1);
});
