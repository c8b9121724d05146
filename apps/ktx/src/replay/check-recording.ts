import { homedir } from "node:os";
import { lintRecording, type RecordingProblem } from "@ktx/recording";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { secretsOf } from "../logs/clean-text.ts";
import { readGivenFile } from "../read-given-file.ts";

export interface RecordingCheck {
  readonly version: 1;
  readonly file: string;
  /** In the order of the lines. */
  readonly problems: readonly RecordingProblem[];
}

/**
 * Looks for what is wrong with a recording, and for secrets of the environment and folders of this machine in it.
 *
 * @throws {CliError} for a file that cannot be read.
 */
export async function checkRecording(
  file: string,
  { cwd, env, signal }: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<RecordingCheck> {
  const folders = { home: env["HOME"] ?? homedir(), project: cwd };
  try {
    const text = await readGivenFile(file, { cwd, signal });
    return {
      version: 1,
      file,
      problems: lintRecording(text, { env, folders, secrets: secretsOf(env) }),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw usageError(`Expected a recording, got ${file}.`, {
      why: error instanceof Error ? error.message : String(error),
      next: "Record a run: ktx run --record run.jsonl <prompt>",
    });
  }
}
