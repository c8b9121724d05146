import { randomUUID } from "node:crypto";
import type { UnitStore } from "@ktx/batch";
import { z } from "zod";

/** A stage of an ingest whose units workers may run. */
export interface OpenRun {
  readonly version: 1;
  /** Names the project. It has one open run, but for copies of its folder. */
  readonly project: string;
  /** Names the run for people. */
  readonly label: string;
  readonly batchId: string;
  readonly groups: readonly string[];
}

/** A name that every store takes. */
const name = z
  .string()
  .min(1)
  .refine((text) => !text.includes("\0") && text.isWellFormed());

const runSchema: z.ZodType<OpenRun> = z.object({
  version: z.literal(1),
  project: name,
  label: z.string(),
  batchId: name,
  groups: z.array(name),
});

/** The batch whose units announce the runs, and the workers. A worker does not run them. */
export const announcements: { readonly id: string; readonly label: string } = {
  id: "ktx ingest runs",
  label: "announcements of ktx ingest",
};

/** Lets workers run the units of a batch. An earlier run of the project ends with it, also one whose process died. */
export async function openRunFor(store: UnitStore, run: OpenRun): Promise<void> {
  await closeRuns(store, run.project);
  await announce(store, run);
}

/**
 * Offers the batch again where somebody else has ended its run, such as the ingest of a copy of the project's folder. The
 * runs of the others stay open.
 */
export async function keepRunOpen(store: UnitStore, run: OpenRun): Promise<void> {
  const open = await findOpenRuns(store);
  if (open.every(({ batchId }) => batchId !== run.batchId)) await announce(store, run);
}

async function announce(store: UnitStore, run: OpenRun): Promise<void> {
  await store.add(
    [{ key: `run ${randomUUID()}`, group: groupOf(run.project), payload: run }],
    announcements,
  );
}

/** Workers start no further unit of the project. */
export async function closeRuns(store: UnitStore, project: string): Promise<void> {
  const ask = {
    worker: randomUUID(),
    leaseMs: 10_000,
    batchId: announcements.id,
    groups: [groupOf(project)],
  };
  for (;;) {
    const answer = await store.claim(ask);
    if (answer.type === "none") return;
    await store.complete(answer.claim, { result: null });
  }
}

/** The open runs, the oldest first. One of a newer version of ktx is passed over. */
export async function findOpenRuns(store: UnitStore): Promise<readonly OpenRun[]> {
  const keys: string[] = [];
  // One that is claimed is about to be closed. The notes of workers are claimed, too.
  const open = { batchId: announcements.id, states: ["waiting"] } as const;
  for await (const { key } of store.list(open)) keys.push(key);
  return (await store.get(keys)).flatMap((record) => {
    const read = runSchema.safeParse(record?.payload);
    return read.success ? [read.data] : [];
  });
}

/** The batches of all runs that have been announced: true for those that are open. */
export async function findRunStates(store: UnitStore): Promise<ReadonlyMap<string, boolean>> {
  const open = new Map<string, boolean>();
  for await (const { key, state } of store.list({ batchId: announcements.id }))
    open.set(key, state === "waiting");
  const states = new Map<string, boolean>();
  for (const record of await store.get([...open.keys()])) {
    const read = runSchema.safeParse(record?.payload);
    if (!read.success || record === undefined) continue;
    const { batchId } = read.data;
    states.set(batchId, states.get(batchId) === true || open.get(record.key) === true);
  }
  return states;
}

function groupOf(project: string): string {
  return `project ${project}`;
}
