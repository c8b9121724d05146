import type { CliIo } from "../cli-io.ts";
import { createProgram } from "../create-program.ts";
import { exitCodes } from "../exit-code.ts";
import type { Services } from "../services.ts";
import { filesMark } from "./completion-script.ts";
import { findCursor } from "./find-cursor.ts";
import { findSlot } from "./find-slot.ts";
import { formatSuggestions, type Shell, shells } from "./format-suggestions.ts";
import { suggest } from "./suggest.ts";

/** Milliseconds after which a key press gets no suggestions. */
const patienceMs = 5_000;

/**
 * Answers the script of a shell: the words of the command line after `--`, and the position of the cursor's word in the
 * variables of the script. A fault gives no suggestions, since its text would appear in the user's command line.
 *
 * @param args the arguments after `completion-server`.
 */
export async function serveCompletion(
  args: readonly string[],
  io: CliIo,
  services: Services,
): Promise<number> {
  const shell = shells.find((name) => io.env["SHELL"]?.endsWith(name) === true);
  const line = args.slice(args.indexOf("--") + 1);
  if (shell === undefined) return exitCodes.usage;
  try {
    const lines = await complete(line, shell, io, services);
    for (const one of lines) io.stdout.write(`${one}\n`);
  } catch (error) {
    io.signal.throwIfAborted();
    if (io.env["KTX_DEBUG_COMPLETION"]) throw error;
  }
  return exitCodes.done;
}

async function complete(
  line: readonly string[],
  shell: Shell,
  io: CliIo,
  services: Services,
): Promise<readonly string[]> {
  const program = createProgram({ io, services, exitWith: () => {} });
  const { words, current, kept } = findCursor(line, shell, io.env);
  const { slot, typed, before, given } = findSlot(program, words, current);
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(patienceMs)]);
  const found = await suggest(slot, given, { cwd: io.cwd, env: io.env, signal });
  // Bash completes files by itself where there are no suggestions.
  if (found === undefined) return shell === "bash" ? [] : [filesMark];
  return formatSuggestions(found, { shell, typed, before, kept });
}
