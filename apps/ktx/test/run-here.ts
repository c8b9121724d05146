import { runCli } from "../src/cli.ts";
import { captureIo } from "./capture-io.ts";
import type { KtxResult, Sandbox } from "./spawn-ktx.ts";

/** Runs one command in this process, without a terminal: a command that loads no code of the user's needs no other. */
export async function runHere(
  { project, env }: Pick<Sandbox, "project" | "env">,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<KtxResult> {
  const io = captureIo({ cwd: project, env: { ...env, ...options.env } });
  const exitCode = await runCli(args, io);
  return { exitCode, ...io.written };
}
