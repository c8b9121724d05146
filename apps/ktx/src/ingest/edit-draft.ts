import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { splitCommand } from "../agent/split-command.ts";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";

export interface DraftInput<Result> {
  /** Names the file, for the editor. */
  readonly name: string;
  readonly text: string;
  /** Takes the edited text. When it fails, the file stays, and the error names it. */
  readonly take: (edited: string) => Promise<Result>;
}

/** Lets the user edit a text in `$VISUAL` or `$EDITOR`. @throws {CliError} for an editor that does not start or fails. */
export async function editDraft<Result>(
  { name, text, take }: DraftInput<Result>,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "ktx-draft-"));
  const file = join(folder, basename(name));
  await writeFile(file, text);
  await runEditor(file, { env, signal });
  try {
    const result = await take(decode(await readFile(file), file));
    await rm(folder, { recursive: true, force: true });
    return result;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { parts } = error;
    throw new CliError({ ...parts, why: `Your text is kept in ${file}.` }, { cause: error });
  }
}

/** Bytes of another encoding would not survive. @throws {CliError} */
function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new CliError(
      {
        what: `Expected ${file} to be UTF-8, got other bytes. Nothing has changed.`,
        next: "Let your editor write UTF-8, and edit the proposal once more.",
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}

async function runEditor(
  file: string,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<void> {
  const editor =
    env["VISUAL"] || env["EDITOR"] || (process.platform === "win32" ? "notepad" : "vi");
  const fail = (what: string, cause?: unknown): CliError =>
    new CliError(
      {
        what,
        why: `Nothing has changed. The text is in ${file}.`,
        next: "Set EDITOR to the command of an editor that waits until you close the file.",
        exitCode: exitCodes.failed,
      },
      { cause },
    );
  const [command = "", ...args] = splitCommand(editor) ?? [editor];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, [...args, file], { stdio: "inherit", env: { ...env }, signal });
    child.once("error", reject);
    child.once("close", resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw fail(`Expected the editor ${editor} to start: ${why}`, error);
  });
  if (code !== 0) throw fail(`Expected the editor ${editor} to end with exit code 0, got ${code}.`);
}
