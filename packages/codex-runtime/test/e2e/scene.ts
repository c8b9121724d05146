import { setTimeout as sleep } from "node:timers/promises";
import { type CodexSim, type SimScript, startCodexSim } from "@ktx/codex-sim";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions, type Transport } from "../../src/index.ts";
import { findDescendants } from "../../src/process/process-tree.ts";
import { runningProcesses } from "../running-processes.ts";

/** The real Codex binary on a scripted model. */
export interface Scene extends AsyncDisposable {
  readonly sim: CodexSim;
  readonly runtime: CodexKtxLlmRuntime;
}

export async function startScene(
  script: SimScript,
  options: Partial<CodexRuntimeOptions> = {},
  transportOn?: (baseUrl: string) => Transport,
): Promise<Scene> {
  const sim = await startCodexSim({ script });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    timeoutMs: 60_000,
    ...options,
    ...(transportOn && { transport: transportOn(sim.baseUrl) }),
    // Marks the processes of this scene: see `processesWith`.
    env: { ...(options.env ?? process.env), TMP: sim.baseUrl },
  });
  return { sim, runtime, [Symbol.asyncDispose]: () => sim.close() };
}

/** The namespace in which the model is shown the bridge's tools. */
export const namespace = "mcp__ktx";

/** The Codex processes that descend from this test process. Linux only. */
export function codexProcesses(): readonly { readonly pid: number; readonly argv: string }[] {
  const running = runningProcesses();
  const own = new Set(findDescendants(running, process.pid).map(({ pid }) => pid));
  return running
    .filter(({ pid }) => own.has(pid))
    .map(({ pid, argv }) => ({ pid, argv: argv.join(" ") }))
    .filter(({ argv }) => / (?:exec --experimental-json|app-server) /.test(argv));
}

/** Waits until no Codex process is left; gives what is left after two seconds. */
export async function remainingCodexProcesses(): Promise<readonly unknown[]> {
  for (let tries = 0; tries < 40 && codexProcesses().length > 0; tries += 1) await sleep(50);
  return codexProcesses();
}
