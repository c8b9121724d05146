import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "@ktx/codex-home";
import { parseRunEvent, type RunEvent } from "./run-event.ts";

/** Records beyond this number are removed, the oldest first. */
const keptRecords = 20;

/** The record of one run: a file with an event on each line. */
export interface RunRecord {
  readonly path: string;
  readonly events: readonly RunEvent[];
}

/** The folder of the records. Pure. */
export function logsFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(dataFolder(env, process.platform), "logs");
}

/** The last one first. A line that is no event is left out: a killed process leaves half of one. */
export async function readRecords(folder: string): Promise<readonly RunRecord[]> {
  const names = (await listRecords(folder)).toReversed();
  const records = names.map(async (name): Promise<RunRecord> => {
    const path = join(folder, name);
    const text = await readFile(path, "utf8").catch(() => "");
    return { path, events: text.split("\n").flatMap((line) => parseRunEvent(line) ?? []) };
  });
  return (await Promise.all(records)).filter(({ events }) => events.length > 0);
}

export async function removeOldRecords(folder: string): Promise<void> {
  const names = await listRecords(folder);
  for (const name of names.slice(0, -keptRecords)) await rm(join(folder, name), { force: true });
}

/** The names begin with the time. */
async function listRecords(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".jsonl")).toSorted((a, b) => (a < b ? -1 : 1));
}
