import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodexSim, type SimScript, startCodexSim } from "@ktx/codex-sim";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";

/** The real Codex binary on a scripted model. */
export interface Scene extends AsyncDisposable {
  readonly sim: CodexSim;
  readonly runtime: CodexKtxLlmRuntime;
}

export async function startScene(
  script: SimScript,
  options: Partial<CodexRuntimeOptions> = {},
): Promise<Scene> {
  const sim = await startCodexSim({ script });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    timeoutMs: 60_000,
    ...options,
  });
  return { sim, runtime, [Symbol.asyncDispose]: () => sim.close() };
}

/** The namespace in which the model is shown the bridge's tools. */
export const namespace = "mcp__ktx";

/** The Codex processes that descend from this test process. Linux only. */
export function codexProcesses(): readonly { readonly pid: number; readonly argv: string }[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readProc(name, "stat") : "";
    // The command's name may hold anything; the fields begin behind its closing parenthesis.
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return [...parents.keys()]
    .filter((pid) => descends(pid, parents))
    .map((pid) => ({ pid, argv: readProc(String(pid), "cmdline").replaceAll("\0", " ") }))
    .filter(({ argv }) => / (?:exec --experimental-json|app-server) /.test(argv));
}

/** Waits until no Codex process is left; gives what is left after two seconds. */
export async function remainingCodexProcesses(): Promise<readonly unknown[]> {
  for (let tries = 0; tries < 40 && codexProcesses().length > 0; tries += 1) await sleep(50);
  return codexProcesses();
}

function descends(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at))
    if (parents.get(at) === process.pid) return true;
  return false;
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
