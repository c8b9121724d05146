import { readWhole } from "@ktx/batch/store";
import { checkFormat, readFormat } from "./check-format.ts";
import { Database, type Query } from "./database.ts";
import { hashOf } from "./hash-of.ts";
import { nowAt } from "./now.ts";

export interface PruneOptions {
  readonly url: string;
  /** @default "ktx_batch" */
  readonly schema?: string;
  /**
   * Batches that have ended, to which nothing was added for longer than this, and of whose units none was done in that
   * time, are removed, in milliseconds; 0 takes all that have ended. One with a unit that runs, or that waits for a
   * limit, stays.
   */
  readonly olderThanMs: number;
  /**
   * A batch with a unit that waits has not ended: it stays for this time at least since the last sign of work on it, in
   * milliseconds.
   *
   * @default seven days
   */
  readonly abandonedAfterMs?: number;
  /** Batches whose program lives: they stay, however long their units have waited. */
  readonly followed?: readonly string[];
  /** Batches whose program may be at work although no unit of them waits: they stay as if one did. */
  readonly atWork?: readonly string[];
  /**
   * Batches that only announce work: their ended units go, uncounted, also while the batch stays. They stay as long as a
   * batch that has not ended, whose run they show as ended.
   */
  readonly announcements?: readonly string[];
  /** Ends it early, with the reason as the error. */
  readonly signal?: AbortSignal;
}

/** Rows of one statement: so few that each is short. */
const chunkSize = 5_000;

const dayMs = 86_400_000;
/** Blobs are put before the units that need them. */
const freshBlobMs = 3_600_000;

/** The time that separates old from new: the present is $1, the age $2. */
const cutoff = `${nowAt(1)} - $2::bigint`;

/**
 * Removes old batches, with the units that no other batch has, old blobs that no unit without a result needs, and groups
 * that are empty. A unit that was removed runs again where it is added again. Returns the number of removed units. Where
 * it is ended early, the next one goes on.
 *
 * @throws {StoreError} as the store does.
 */
export async function pruneBatches(options: PruneOptions): Promise<number> {
  const { url, schema = "ktx_batch", olderThanMs, announcements = [], signal } = options;
  const { abandonedAfterMs = 7 * dayMs, atWork = [], followed = [] } = options;
  await using database = new Database({ url, schema, connections: 1, patienceMs: 30_000, signal });
  const inChunks = async (step: () => Promise<number>): Promise<void> => {
    do signal?.throwIfAborted();
    while ((await step()) >= chunkSize);
  };
  const format = await database.run((query) => readFormat(query, schema));
  if (format === undefined) return 0;
  checkFormat(format, database);
  const time: Time = [undefined, olderThanMs];
  const openTime: Time = [undefined, Math.max(olderThanMs, abandonedAfterMs)];
  const old = [
    ...(await listOld(database, openTime, { isEnded: false, kept: followed })),
    ...(await listOld(database, time, { isEnded: true, kept: [...atWork, ...followed] })),
  ];
  const ended = `SELECT m.ctid FROM ${schema}.members m JOIN ${schema}.batches b ON b.id = m.batch
    JOIN ${schema}.units u ON u.id = m.unit
    WHERE b.hash = ANY ($3::bytea[]) AND m.due_at IS NULL AND u.ended_at < ${cutoff}`;
  await inChunks(() =>
    database.run(async (query) => {
      const hashes = announcements.map(hashOf);
      return await removeRows(query, `${schema}.members`, ended, [...openTime, hashes]);
    }),
  );
  const remove = async (table: string, isUnused: string): Promise<number> => {
    let sum = 0;
    await inChunks(async () => {
      const { found, removed } = await database.transact((query) =>
        removeUnused(query, `${schema}.${table}`, isUnused),
      );
      sum += removed;
      return found;
    });
    return sum;
  };
  const free = `u.state <> 'running' OR u.due_at < ${nowAt(1)}`;
  const unused = `(${free}) AND NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.unit = u.id)`;
  await remove("units", unused);
  for (const batch of old)
    await inChunks(() => database.transact((query) => removeMembers(query, schema, batch)));
  const removed = await remove("units", unused);
  const needed = `SELECT decode(found[1], 'hex') FROM ${schema}.payloads p JOIN ${schema}.units u ON u.id = p.unit
    CROSS JOIN LATERAL regexp_matches(p.payload, 'sha256:([0-9a-f]{64})', 'g') found WHERE u.state <> 'done'`;
  const blobs = `SELECT ctid FROM ${schema}.blobs WHERE put_at < ${cutoff} AND hash NOT IN (${needed})`;
  const blobTime: Time = [undefined, Math.max(olderThanMs, freshBlobMs)];
  await inChunks(() =>
    database.run((query) => removeRows(query, `${schema}.blobs`, blobs, blobTime)),
  );
  await remove(
    "groups",
    `coalesce(u.paused_until, 0) < ${nowAt(1)}
      AND NOT EXISTS (SELECT 1 FROM ${schema}.units member WHERE member.grp = u.id)`,
  );
  return removed;
}

/** The present, where it is fixed, and the age. */
type Time = readonly [undefined, number];

interface OldBatch {
  readonly id: number;
  /** True in SQL for a batch `b` that is still as it was found. */
  readonly isOld: string;
  readonly values: readonly unknown[];
}

interface OldAsk {
  /** Leaves out batches with a unit that waits or runs. */
  readonly isEnded: boolean;
  /** Leaves out these. */
  readonly kept: readonly string[];
}

async function listOld(
  database: Database,
  time: Time,
  { isEnded, kept }: OldAsk,
): Promise<readonly OldBatch[]> {
  const { schema } = database;
  const isBusy = `SELECT 1 FROM ${schema}.members m JOIN ${schema}.groups g ON g.id = m.grp
    WHERE m.batch = b.id AND m.due_at IS NOT NULL`;
  const stays = isEnded
    ? isBusy
    : `${isBusy} AND (m.due_at >= ${cutoff} OR g.paused_until > ${nowAt(1)})`;
  const isOld = `b.added_at < ${cutoff} AND NOT b.hash = ANY ($3::bytea[]) AND NOT EXISTS (${stays})`;
  const values = [...time, kept.map(hashOf)];
  const rows = await database.run((query) =>
    query(
      `SELECT b.id FROM ${schema}.batches b WHERE ${isOld}
        AND b.id NOT IN (SELECT m.batch FROM ${schema}.units u JOIN ${schema}.members m ON m.unit = u.id
          WHERE u.state = 'done' AND u.ended_at >= ${cutoff})`,
      ...values,
    ),
  );
  return rows.map((row) => ({ id: readWhole(row, "id"), isOld, values }));
}

/** A batch that is added again meanwhile, or whose units wait again, keeps what it has then. */
async function removeMembers(
  query: Query,
  schema: string,
  { id, isOld, values }: OldBatch,
): Promise<number> {
  const batch = `SELECT 1 FROM ${schema}.batches b WHERE ${isOld} AND b.id = $${values.length + 1} FOR UPDATE`;
  if ((await query(batch, ...values, id)).length === 0) return 0;
  const members = `SELECT ctid FROM ${schema}.members WHERE batch = $1`;
  const removed = await removeRows(query, `${schema}.members`, members, [id]);
  if (removed < chunkSize) await query(`DELETE FROM ${schema}.batches WHERE id = $1`, id);
  return removed;
}

/** Rows that nobody uses, asked again once they are locked: what is being added just now stays. */
async function removeUnused(
  query: Query,
  table: string,
  isUnused: string,
): Promise<{ readonly found: number; readonly removed: number }> {
  const locked = await query(
    `SELECT u.id FROM ${table} u WHERE ${isUnused} LIMIT ${chunkSize} FOR UPDATE OF u SKIP LOCKED`,
    undefined,
  );
  const ids = locked.map((row) => readWhole(row, "id"));
  const sql = `DELETE FROM ${table} u WHERE u.id = ANY ($2::bigint[]) AND ${isUnused} RETURNING 1`;
  return { found: locked.length, removed: (await query(sql, undefined, ids)).length };
}

/** @param rows selects their `ctid`. */
async function removeRows(
  query: Query,
  table: string,
  rows: string,
  values: readonly unknown[],
): Promise<number> {
  const sql = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${rows} LIMIT ${chunkSize})) RETURNING 1`;
  return (await query(sql, ...values)).length;
}
