import type { FullUnitRecord, UnitRecord } from "../unit.ts";
import { sumCounts, sumGroups } from "../store/sum-counts.ts";
import type { BatchRecord, GroupCounts, Pause, UnitCounts, UnitFilter } from "../unit-store.ts";
import {
  readFullRecord,
  readRecord,
  readText,
  readWhole,
  recordColumns,
} from "../store/read-row.ts";
import type { SqliteFile } from "./sqlite-file.ts";

const pageSize = 500;

export function findUnit(file: SqliteFile, key: string): FullUnitRecord | undefined {
  const row = file.one(
    `SELECT ${recordColumns}, p.payload, r.result FROM units u JOIN payloads p ON p.unit = u.id
      LEFT JOIN results r ON r.unit = u.id WHERE u.key = ?`,
    key,
  );
  return row === undefined ? undefined : readFullRecord(row);
}

/** Reads a page at a time, so that a slow reader keeps no transaction open. */
export function* listUnits(file: SqliteFile, filter: UnitFilter): Iterable<UnitRecord> {
  const states = JSON.stringify(filter.states ?? ["waiting", "running", "done", "failed", "held"]);
  const isOne = filter.batchId !== undefined;
  const sql = isOne
    ? `SELECT ${recordColumns}, m.position AS place FROM members m JOIN units u ON u.id = m.unit
        WHERE m.batch = (SELECT id FROM batches WHERE name = ?) AND m.position > ?
        AND u.state IN (SELECT value FROM json_each(?)) ORDER BY m.position LIMIT ${pageSize}`
    : `SELECT ${recordColumns}, u.id AS place FROM units u
        WHERE u.id > ? AND u.state IN (SELECT value FROM json_each(?)) ORDER BY u.id LIMIT ${pageSize}`;
  for (let last = -1; ;) {
    const rows = isOne
      ? file.all(sql, filter.batchId ?? "", last, states)
      : file.all(sql, last, states);
    for (const row of rows) {
      last = readWhole(row, "place");
      yield readRecord(row);
    }
    if (rows.length < pageSize) return;
  }
}

export function listRecent(file: SqliteFile, limit: number): readonly UnitRecord[] {
  return file
    .all(
      `SELECT ${recordColumns} FROM units u WHERE u.state = 'done' ORDER BY u.ended_at DESC, u.id DESC LIMIT ?`,
      limit,
    )
    .map(readRecord);
}

export function countUnits(file: SqliteFile, batchId: string | undefined): UnitCounts {
  const columns = "u.state, count(*) AS units, sum(u.tokens) AS tokens, sum(u.ran_ms) AS ran_ms";
  const rows =
    batchId === undefined
      ? file.all(`SELECT ${columns} FROM units u GROUP BY u.state`)
      : file.all(
          `SELECT ${columns} FROM members m JOIN units u ON u.id = m.unit
            WHERE m.batch = (SELECT id FROM batches WHERE name = ?) GROUP BY u.state`,
          batchId,
        );
  return sumCounts(rows);
}

export function countGroups(file: SqliteFile): readonly GroupCounts[] {
  return sumGroups(
    file.all(
      `SELECT u.grp, u.state, count(*) AS units, sum(u.tokens) AS tokens, sum(u.ran_ms) AS ran_ms
        FROM units u GROUP BY u.grp, u.state`,
    ),
  );
}

export function listSlowest(file: SqliteFile, limit: number): readonly UnitRecord[] {
  return file
    .all(
      `SELECT ${recordColumns} FROM units u WHERE u.ran_ms > 0 ORDER BY u.ran_ms DESC, u.id LIMIT ?`,
      limit,
    )
    .map(readRecord);
}

export function listPauses(file: SqliteFile, nowMs: number): readonly Pause[] {
  return file
    .all(
      "SELECT grp, min(until, ? + span_ms) AS until, reason FROM pauses WHERE until > ? ORDER BY grp",
      nowMs,
      nowMs,
    )
    .map((row) => ({
      group: readText(row, "grp"),
      untilMs: readWhole(row, "until"),
      reason: readText(row, "reason"),
    }));
}

export function listBatches(file: SqliteFile): readonly BatchRecord[] {
  return file
    .all("SELECT name, label, added_at FROM batches ORDER BY added_at DESC, id DESC")
    .map((row) => ({
      id: readText(row, "name"),
      addedAtMs: readWhole(row, "added_at"),
      ...(row["label"] !== null && { label: readText(row, "label") }),
    }));
}

export function findBlob(file: SqliteFile, address: string): Uint8Array | undefined {
  const bytes = file.one("SELECT bytes FROM blobs WHERE hash = ?", address)?.["bytes"];
  return bytes instanceof Uint8Array ? bytes : undefined;
}
