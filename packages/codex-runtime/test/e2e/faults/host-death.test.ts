import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reply, type SimScript, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { namespace } from "../scene.ts";
import { countRemaining } from "./fault.ts";

const talks: SimScript = () => reply([text("a"), text("b"), text("c")], { betweenItemsMs: 200 });
const calls: SimScript = () => reply([toolCall("wait", {}, { namespace })]);

/** No hook of the host's runs: what ends Codex is that its output, or its tools, have gone. */
describe.concurrent("when the host is killed by SIGKILL", () => {
  test.each([
    ["while the model talks", talks],
    ["in a tool call", calls],
  ])("%s, Codex ends by itself", async (_, script) => {
    await using sim = await startCodexSim({ script });
    const host = spawn(
      process.execPath,
      ["--conditions=@ktx/source", join(import.meta.dirname, "run-with-tool.ts"), sim.baseUrl],
      { stdio: "ignore" },
    );
    while (sim.requests.length === 0) await sleep(20);
    await sleep(100);
    host.kill("SIGKILL");
    await once(host, "exit");
    expect(await countRemaining(sim.baseUrl)).toBe(0);
  });
});
