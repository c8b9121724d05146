import type { Added, BatchName, Unit } from "@ktx/batch";
import { checkName, readWhole, toUnitRow, type UnitRow } from "@ktx/batch/store";
import type { FixedNow } from "./claim-unit.ts";
import type { Database, Query } from "./database.ts";
import { hashOf } from "./hash-of.ts";
import { keepable } from "./keepable.ts";
import { nowAt } from "./now.ts";
import { removedMeanwhile } from "./to-store-error.ts";

/** Units of one transaction: so few that others do not wait long for it. */
const chunkSize = 500;

export async function addUnits(
  database: Database,
  units: readonly Unit[],
  batch: BatchName,
  fixedNow: FixedNow,
): Promise<Added> {
  checkName("the name of a batch", batch.id);
  const rows = units.map(toUnitRow);
  let added = 0;
  // At least once, so that an empty batch is known too.
  for (let start = 0; start === 0 || start < rows.length; start += chunkSize) {
    const chunk = onePerKey(rows.slice(start, start + chunkSize));
    added += await database.transact((query) =>
      addChunk(query, database.schema, { chunk, batch, fixedNow }),
    );
  }
  if (rows.length >= chunkSize) await takeStatistics(database);
  return { added, known: units.length - added };
}

/**
 * Without statistics of so many new rows, Postgres plans claims that read all of them, until its own autovacuum comes by.
 * Only the owner of the tables takes statistics; for another user Postgres does nothing.
 */
async function takeStatistics(database: Database): Promise<void> {
  const { schema } = database;
  await database.run((query) =>
    query(`ANALYZE (SKIP_LOCKED) ${schema}.units, ${schema}.members, ${schema}.payloads`),
  );
}

/** The first payload of a key counts, and the last group. */
function onePerKey(rows: readonly UnitRow[]): readonly UnitRow[] {
  const byKey = new Map<string, UnitRow>();
  for (const row of rows) byKey.set(row.key, { ...row, ...byKey.get(row.key), group: row.group });
  return [...byKey.values()];
}

interface Chunk {
  readonly chunk: readonly UnitRow[];
  readonly batch: BatchName;
  readonly fixedNow: FixedNow;
}

/** The number of new units. A try that is repeated finds what an earlier one has added, and counts it as known. */
async function addChunk(
  query: Query,
  schema: string,
  { chunk, batch: { id, label }, fixedNow }: Chunk,
): Promise<number> {
  const named = label === undefined ? null : keepable(label);
  const [batch] = await query(
    `INSERT INTO ${schema}.batches (hash, name, label, added_at, next_position)
      VALUES ($2, $3, $4, ${nowAt(1)}, $5) ON CONFLICT (hash) DO UPDATE SET label = coalesce(excluded.label, batches.label),
        added_at = excluded.added_at, next_position = batches.next_position + $5 RETURNING id, next_position`,
    fixedNow,
    hashOf(id),
    id,
    named,
    chunk.length,
  );
  if (chunk.length === 0) return 0;
  const groups = await groupIds(query, schema, chunk);
  const hashes = chunk.map(({ key }) => hashOf(key));
  const grps = chunk.map(({ group }) => groups.get(group));
  const added = await query(
    `WITH rows AS (SELECT * FROM unnest($2::bytea[], $3::text[], $4::bigint[], $5::float8[], $6::text[])
        WITH ORDINALITY AS r (hash, key, grp, weight, payload, place)),
      new AS (INSERT INTO ${schema}.units (hash, key, grp, weight, added_at)
        SELECT hash, key, grp, weight, ${nowAt(1)} FROM rows ORDER BY place ON CONFLICT DO NOTHING RETURNING id, hash)
      INSERT INTO ${schema}.payloads (unit, payload) SELECT new.id, rows.payload FROM new JOIN rows USING (hash)
      RETURNING unit`,
    fixedNow,
    hashes,
    chunk.map(({ key }) => key),
    grps,
    chunk.map(({ weight }) => weight),
    chunk.map(({ payload }) => payload),
  );
  // Another sign-in may take over what an earlier one has not done.
  await query(
    `UPDATE ${schema}.units u SET grp = r.grp FROM unnest($1::bytea[], $2::bigint[]) AS r (hash, grp)
      WHERE u.hash = r.hash AND u.grp <> r.grp AND u.state <> 'done'`,
    hashes,
    grps,
  );
  // The lock keeps a unit as it is read here until the members, which repeat a part of it, are there to follow it.
  const found = await query(
    `WITH found AS (SELECT u.id, r.place, u.grp, u.due_at
        FROM unnest($3::bytea[]) WITH ORDINALITY AS r (hash, place) JOIN ${schema}.units u ON u.hash = r.hash
        FOR NO KEY UPDATE OF u),
      added AS (INSERT INTO ${schema}.members (batch, unit, position, grp, due_at)
        SELECT $1, id, $2::bigint + place, grp, due_at FROM found ON CONFLICT DO NOTHING)
      SELECT 1 FROM found`,
    readWhole(batch, "id"),
    readWhole(batch, "next_position") - chunk.length,
    hashes,
  );
  if (found.length < chunk.length) throw removedMeanwhile();
  return added.length;
}

async function groupIds(
  query: Query,
  schema: string,
  chunk: readonly UnitRow[],
): Promise<ReadonlyMap<string, number>> {
  // In one order everywhere, so that two programs do not wait for each other.
  const names = [...new Set(chunk.map(({ group }) => group))].toSorted();
  const hashes = names.map(hashOf);
  await query(
    `INSERT INTO ${schema}.groups (hash, name) SELECT * FROM unnest($1::bytea[], $2::text[]) ON CONFLICT DO NOTHING`,
    hashes,
    names,
  );
  const ids = await query(
    `SELECT g.id FROM unnest($1::bytea[]) WITH ORDINALITY AS r (hash, place)
      JOIN ${schema}.groups g ON g.hash = r.hash ORDER BY r.place FOR KEY SHARE OF g`,
    hashes,
  );
  if (ids.length < names.length) throw removedMeanwhile();
  return new Map(names.map((name, index) => [name, readWhole(ids[index], "id")]));
}
