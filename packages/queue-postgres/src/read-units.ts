import type {
  BatchRecord,
  FullUnitRecord,
  GroupCounts,
  Pause,
  UnitCounts,
  UnitFilter,
  UnitRecord,
} from "@ktx/batch";
import {
  readFullRecord,
  readRecord,
  readText,
  readWhole,
  recordColumns,
  type Row,
  sumCounts,
  sumGroups,
} from "@ktx/batch/store";
import type { FixedNow } from "./claim-unit.ts";
import type { Database } from "./database.ts";
import { hashOf } from "./hash-of.ts";
import { nowAt } from "./now.ts";

const pageSize = 500;

/** The columns of a record, with the name of its group in the place of its number. */
const columns = recordColumns.replace("u.grp", "g.name AS grp");

export async function findUnits(
  database: Database,
  keys: readonly string[],
): Promise<readonly (FullUnitRecord | undefined)[]> {
  const { schema } = database;
  const sql = `SELECT ${columns}, p.payload, r.result FROM ${schema}.units u JOIN ${schema}.groups g ON g.id = u.grp
    JOIN ${schema}.payloads p ON p.unit = u.id LEFT JOIN ${schema}.results r ON r.unit = u.id
    WHERE u.hash = ANY ($1::bytea[])`;
  const rows: Row[] = [];
  for (let start = 0; start < keys.length; start += pageSize) {
    const hashes = keys.slice(start, start + pageSize).map(hashOf);
    rows.push(...(await database.run((query) => query(sql, hashes))));
  }
  const byKey = new Map(rows.map(readFullRecord).map((record) => [record.key, record]));
  return keys.map((key) => byKey.get(key));
}

/** Reads a page at a time, so that a slow reader keeps no connection. */
export async function* listUnits(
  database: Database,
  filter: UnitFilter,
): AsyncIterable<UnitRecord> {
  const { schema } = database;
  const isOne = filter.batchId !== undefined;
  const [place, source] = isOne
    ? [
        "m.position",
        `${schema}.members m JOIN ${schema}.units u ON u.id = m.unit AND m.batch =
          (SELECT id FROM ${schema}.batches WHERE hash = $4::bytea)`,
      ]
    : ["u.id", `${schema}.units u`];
  const sql = `SELECT ${columns}, ${place} AS place FROM ${source} JOIN ${schema}.groups g ON g.id = u.grp
    WHERE ${place} > $1 AND ($2::text[] IS NULL OR u.state = ANY ($2)) ORDER BY ${place} LIMIT $3`;
  const batch = isOne ? [hashOf(filter.batchId ?? "")] : [];
  for (let last = -1; ;) {
    const rows = await database.run((query) =>
      query(sql, last, filter.states ?? null, pageSize, ...batch),
    );
    for (const row of rows) {
      last = readWhole(row, "place");
      yield readRecord(row);
    }
    if (rows.length < pageSize) return;
  }
}

export async function listRecent(
  database: Database,
  limit: number,
): Promise<readonly UnitRecord[]> {
  const { schema } = database;
  const rows = await database.run((query) =>
    query(
      `SELECT ${columns} FROM ${schema}.units u JOIN ${schema}.groups g ON g.id = u.grp
        WHERE u.state = 'done' ORDER BY u.ended_at DESC, u.id DESC LIMIT $1`,
      limit,
    ),
  );
  return rows.map(readRecord);
}

export async function countUnits(
  database: Database,
  batchId: string | undefined,
): Promise<UnitCounts> {
  const { schema } = database;
  const sums = `u.state, count(*) AS units, sum(u.tokens)::bigint AS tokens, sum(u.ran_ms)::bigint AS ran_ms`;
  const members = `${schema}.members m JOIN ${schema}.units u ON u.id = m.unit
    WHERE m.batch = (SELECT id FROM ${schema}.batches WHERE hash = $1)`;
  const rows = await database.run((query) =>
    batchId === undefined
      ? query(`SELECT ${sums} FROM ${schema}.units u GROUP BY u.state`)
      : query(`SELECT ${sums} FROM ${members} GROUP BY u.state`, hashOf(batchId)),
  );
  return sumCounts(rows);
}

export async function countGroups(database: Database): Promise<readonly GroupCounts[]> {
  const { schema } = database;
  return sumGroups(
    await database.run((query) =>
      query(
        `SELECT g.name AS grp, s.* FROM (
            SELECT u.grp AS id, u.state, count(*) AS units, sum(u.tokens)::bigint AS tokens,
              sum(u.ran_ms)::bigint AS ran_ms FROM ${schema}.units u GROUP BY u.grp, u.state
          ) s JOIN ${schema}.groups g ON g.id = s.id`,
      ),
    ),
  );
}

export async function listSlowest(
  database: Database,
  limit: number,
): Promise<readonly UnitRecord[]> {
  const { schema } = database;
  const rows = await database.run((query) =>
    query(
      `SELECT ${columns} FROM ${schema}.units u JOIN ${schema}.groups g ON g.id = u.grp
        WHERE u.ran_ms > 0 ORDER BY u.ran_ms DESC, u.id LIMIT $1`,
      limit,
    ),
  );
  return rows.map(readRecord);
}

export async function listPauses(
  database: Database,
  fixedNow: FixedNow,
): Promise<readonly Pause[]> {
  const rows = await database.run((query) =>
    query(
      `SELECT name, least(paused_until, ${nowAt(1)} + pause_span_ms) AS until, pause_reason
        FROM ${database.schema}.groups WHERE paused_until > ${nowAt(1)} ORDER BY name`,
      fixedNow,
    ),
  );
  return rows.map((row) => ({
    group: readText(row, "name"),
    untilMs: readWhole(row, "until"),
    reason: readText(row, "pause_reason"),
  }));
}

export async function listBatches(database: Database): Promise<readonly BatchRecord[]> {
  const rows = await database.run((query) =>
    query(
      `SELECT name, label, added_at FROM ${database.schema}.batches ORDER BY added_at DESC, id DESC`,
    ),
  );
  return rows.map((row) => ({
    id: readText(row, "name"),
    addedAtMs: readWhole(row, "added_at"),
    ...(row["label"] !== null && { label: readText(row, "label") }),
  }));
}
