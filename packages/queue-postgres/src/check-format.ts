import { StoreError } from "@ktx/batch";
import { findWhole } from "@ktx/batch/store";
import type { Database, Query } from "./database.ts";
import { formatVersion } from "./schema.ts";

/**
 * Lets a store pass that this version of ktx knows. A newer version of ktx may bring the tables up to date while this one
 * works on them, so that each claim checks again. No format is older than the first one.
 *
 * @throws {StoreError} for another format.
 */
export function checkFormat(version: number, { schema, place }: Database): void {
  if (version === formatVersion) return;
  const has = `The store in schema ${schema} of ${place} has format ${version}, and this version of ktx`;
  throw version > formatVersion
    ? new StoreError(
        "newer",
        `${has} knows formats up to ${formatVersion}: update ktx, or use another database.`,
      )
    : new StoreError(
        "broken",
        `${has} needs format ${formatVersion}. Restore a copy, or use another database.`,
      );
}

/** The format of the tables in a schema; undefined without a store. */
export async function readFormat(query: Query, schema: string): Promise<number | undefined> {
  // Read as rows: a lookup by name may not see yet what another program has just made.
  const [table] = await query(
    "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'format'",
    schema,
  );
  if (table === undefined) return undefined;
  const [row] = await query(`SELECT max(version) AS version FROM ${schema}.format`);
  return findWhole(row ?? {}, "version") ?? 0;
}
