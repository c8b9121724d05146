import { Database } from "./database.ts";
import { nowAt } from "./now.ts";

export interface PruneOptions {
  readonly url: string;
  /** @default "ktx_batch" */
  readonly schema?: string;
  /** Batches without an open unit whose last addition is older than this are removed, in milliseconds. */
  readonly olderThanMs: number;
}

/**
 * Removes old batches, with the units that no other batch has. A unit that was removed runs again where it is added
 * again. Returns the number of removed units.
 *
 * @throws {StoreError} as the store does.
 */
export async function pruneBatches(options: PruneOptions): Promise<number> {
  const { url, schema = "ktx_batch", olderThanMs } = options;
  await using database = new Database({ url, schema, connections: 1, patienceMs: 30_000 });
  const old = `SELECT b.id FROM ${schema}.batches b WHERE b.added_at < ${nowAt(1)} - $2::bigint
    AND NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.batch = b.id AND m.due_at IS NOT NULL)`;
  return await database.transact(async (query) => {
    await query(`DELETE FROM ${schema}.batches WHERE id IN (${old})`, undefined, olderThanMs);
    const removed = await query(
      `DELETE FROM ${schema}.units u WHERE u.due_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM ${schema}.members m WHERE m.unit = u.id) RETURNING id`,
    );
    return removed.length;
  });
}
