import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceDurably } from "../apply/durable-files.ts";
import type { ProjectFolders } from "../apply/project-folders.ts";
import type { IngestPlan } from "../plan/plan-ingest.ts";
import { hashOf } from "../plan/unit-key.ts";

export interface IngestRun {
  readonly id: string;
  /** The first start; a run that goes on keeps it. */
  readonly startedAtMs: number;
}

const runSchema: z.ZodType<IngestRun> = z.object({ id: z.string(), startedAtMs: z.number() });

/** The unfinished run of the same plan, or a new one, which is recorded. */
export async function openRun(
  folders: ProjectFolders,
  { units, evicted }: IngestPlan,
  nowMs: number,
): Promise<IngestRun> {
  const id = hashOf(
    "run",
    units.map(({ key }) => key),
    evicted,
  ).slice(0, 16);
  const known = await readRun(folders.run);
  if (known?.id === id) return known;
  const run = { id, startedAtMs: nowMs };
  await replaceDurably(folders.run, JSON.stringify(run));
  return run;
}

/** The run that has not been applied, if there is one. */
async function readRun(file: string): Promise<IngestRun | undefined> {
  try {
    return runSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}
