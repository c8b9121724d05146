import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { neverAnswer, reply, type SimScript, startCodexSim, text } from "@ktx/codex-sim";
import { signalProcessesWith } from "../codex-processes.ts";
import { countRemaining } from "../faults/fault.ts";
import type { TransportName } from "../scene.ts";

const scripts: Readonly<Record<"talks" | "is silent", SimScript>> = {
  talks: () => reply([text("a"), text("b"), text("c")], { betweenItemsMs: 200 }),
  "is silent": neverAnswer,
};

/** What becomes of Codex when the program that uses it is killed, and no hook of it runs. */
export async function codexAfterKilledHost(
  transport: TransportName,
  service: keyof typeof scripts,
): Promise<string> {
  await using sim = await startCodexSim({ script: scripts[service] });
  const program = join(import.meta.dirname, "../faults/run-with-tool.ts");
  const host = spawn(
    process.execPath,
    ["--conditions=@ktx/source", program, transport, sim.baseUrl],
    { stdio: "ignore" },
  );
  while (sim.requests.length === 0) await sleep(20);
  await sleep(100);
  host.kill("SIGKILL");
  await once(host, "exit");
  const isLeft = (await countRemaining(sim.baseUrl)) > 0;
  signalProcessesWith(sim.baseUrl, "SIGKILL");
  return isLeft ? "stays, as long as the service says nothing" : "ends by itself";
}
