import { readdirSync, readFileSync } from "node:fs";

/** One run of the real Codex; see the README next to the recordings. */
export interface Recording {
  readonly name: string;
  readonly jsonl: string;
  /** What the SDK's generator threw at its end, if it threw. */
  readonly thrown: string | undefined;
}

const folder = new URL("../fixtures/codex-exec-0.163.0/", import.meta.url);

export const recordings: readonly Recording[] = readdirSync(folder)
  .filter((file) => file.endsWith(".jsonl"))
  .map((file) => readRecording(file.slice(0, -".jsonl".length)));

export function recordingNamed(name: string): Recording {
  const found = recordings.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`There is no recording "${name}" in ${folder.pathname}`);
  return found;
}

function readRecording(name: string): Recording {
  const meta = JSON.parse(readFileSync(new URL(`${name}.meta.json`, folder), "utf8")) as {
    readonly thrown: { readonly message: string } | null;
  };
  const message = meta.thrown?.message;
  return {
    name,
    jsonl: readFileSync(new URL(`${name}.jsonl`, folder), "utf8"),
    thrown: message === "HARNESS_TIMEOUT" ? undefined : message,
  };
}
