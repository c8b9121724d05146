import { readWhole } from "@ktx/batch/store";
import { checkFormat, readFormat } from "./check-format.ts";
import { Database, type Query } from "./database.ts";
import { nowAt } from "./now.ts";

export interface PruneOptions {
  readonly url: string;
  /** @default "ktx_batch" */
  readonly schema?: string;
  /** Batches without an open unit whose last addition is older than this are removed, in milliseconds. */
  readonly olderThanMs: number;
}

/** Rows of one statement: so few that each is short. */
const chunkSize = 5_000;

/**
 * Removes old batches, with the units that no other batch has, and old blobs that no unit without a result needs. A unit
 * that was removed runs again where it is added again. Returns the number of removed units. Where it is ended early, the
 * next one goes on.
 *
 * @throws {StoreError} as the store does.
 */
export async function pruneBatches(options: PruneOptions): Promise<number> {
  const { url, schema = "ktx_batch", olderThanMs } = options;
  await using database = new Database({ url, schema, connections: 1, patienceMs: 30_000 });
  const format = await database.run((query) => readFormat(query, schema));
  if (format === undefined) return 0;
  checkFormat(format, database);
  const isOld = `b.added_at < ${nowAt(1)} - $2::bigint`;
  const time = [undefined, olderThanMs];
  const remove = async (from: string, ...values: readonly unknown[]): Promise<number> => {
    let removed = 0;
    for (;;) {
      const sql = `DELETE FROM ${schema}.${from} LIMIT ${chunkSize})) RETURNING 1`;
      const rows = await database.run((query: Query) => query(sql, ...values));
      removed += rows.length;
      if (rows.length < chunkSize) return removed;
    }
  };
  const old = await database.run((query) =>
    query(
      `SELECT b.id FROM ${schema}.batches b WHERE ${isOld}
        AND NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.batch = b.id AND m.due_at IS NOT NULL)`,
      ...time,
    ),
  );
  for (const row of old) {
    const id = readWhole(row, "id");
    // A batch that is added again meanwhile keeps what is open.
    const members = `members WHERE ctid = ANY (ARRAY(SELECT m.ctid FROM ${schema}.members m
      JOIN ${schema}.batches b ON b.id = m.batch WHERE b.id = $3 AND m.due_at IS NULL AND ${isOld}`;
    await remove(members, ...time, id);
    const none = `NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.batch = b.id)`;
    await database.run((query) =>
      query(
        `DELETE FROM ${schema}.batches b WHERE b.id = $3 AND ${isOld} AND ${none}`,
        ...time,
        id,
      ),
    );
  }
  const units = `units WHERE id = ANY (ARRAY(SELECT u.id FROM ${schema}.units u WHERE u.due_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.unit = u.id)`;
  const removed = await remove(units);
  const needed = `SELECT decode(found[1], 'hex') FROM ${schema}.payloads p JOIN ${schema}.units u ON u.id = p.unit
    CROSS JOIN LATERAL regexp_matches(p.payload, 'sha256:([0-9a-f]{64})', 'g') found WHERE u.state <> 'done'`;
  const blobs = `blobs WHERE hash = ANY (ARRAY(SELECT hash FROM ${schema}.blobs
    WHERE put_at < ${nowAt(1)} - $2::bigint AND hash NOT IN (${needed})`;
  await remove(blobs, ...time);
  return removed;
}
