import { neverAnswer, reply, type SimScript, startCodexSim, text } from "@ktx/codex-sim";
import { signalProcessesWith } from "../codex-processes.ts";
import { killHost } from "../faults/kill-host.ts";
import type { TransportName } from "../scene.ts";

const scripts: Readonly<Record<"talks" | "is silent", SimScript>> = {
  talks: () => reply([text("a"), text("b"), text("c")], { betweenItemsMs: 200 }),
  "is silent": neverAnswer,
};

/** The end of Codex when the program that uses it is killed, and no hook of it runs. */
export async function codexAfterKilledHost(
  transport: TransportName,
  service: keyof typeof scripts,
): Promise<string> {
  await using sim = await startCodexSim({ script: scripts[service] });
  const isLeft = (await killHost(transport, sim, service === "talks" ? undefined : 5_000)) > 0;
  signalProcessesWith(sim.baseUrl, "SIGKILL");
  return isLeft ? "stays, as long as the service says nothing" : "ends by itself";
}
