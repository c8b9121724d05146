import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CodexSim } from "@ktx/codex-sim";
import { codexProcessesOf } from "../codex-processes.ts";
import { markedEnv } from "../scene.ts";
import { countRemaining } from "./fault.ts";

/**
 * Kills a program in its run with SIGKILL, once the model was asked. Returns the number of processes that
 * stay for so long.
 *
 * @throws where no Codex of the program was there to be left behind.
 */
export async function killHost(
  transport: string,
  sim: CodexSim,
  withinMs?: number,
): Promise<number> {
  const program = join(import.meta.dirname, "run-with-tool.ts");
  const args = ["--conditions=@ktx/source", program, transport, sim.baseUrl];
  const host = spawn(process.execPath, args, { env: markedEnv(sim), stdio: "ignore" });
  while (sim.requests.length === 0) await sleep(20);
  await sleep(100);
  if (codexProcessesOf(sim.baseUrl).length === 0) throw new Error("Expected a Codex, got none.");
  host.kill("SIGKILL");
  await once(host, "exit");
  return countRemaining(sim.baseUrl, withinMs);
}
