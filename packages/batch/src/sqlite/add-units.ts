import { checkName } from "../store/check-name.ts";
import { readWhole } from "../store/read-row.ts";
import { toUnitRow, type UnitRow } from "../store/to-unit-row.ts";
import type { Unit } from "../unit.ts";
import type { Added, BatchName } from "../unit-store.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/** Units of one transaction: so few that others do not wait long for it. */
const chunkSize = 500;

export async function addUnits(
  file: SqliteFile,
  units: readonly Unit[],
  batch: BatchName,
  nowMs: number,
): Promise<Added> {
  checkName("the name of a batch", batch.id);
  const rows = units.map(toUnitRow);
  let added = 0;
  // At least once, so that an empty batch is known too.
  for (let start = 0; start === 0 || start < rows.length; start += chunkSize) {
    const chunk = rows.slice(start, start + chunkSize);
    added += await file.write(() => addChunk(file, chunk, batch, nowMs));
  }
  return { added, known: units.length - added };
}

function addChunk(
  file: SqliteFile,
  rows: readonly UnitRow[],
  { id, label }: BatchName,
  nowMs: number,
): number {
  const batch = readWhole(
    file.one(
      `INSERT INTO batches (name, label, added_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET label = coalesce(excluded.label, label), added_at = excluded.added_at RETURNING id`,
      id,
      label ?? null,
      nowMs,
    ),
    "id",
  );
  let position = readWhole(
    file.one("SELECT coalesce(max(position), -1) + 1 AS next FROM members WHERE batch = ?", batch),
    "next",
  );
  let added = 0;
  for (const row of rows) {
    const isNew = file.run(insertUnit, row.key, row.group, row.weight, nowMs) === 1;
    if (isNew) {
      added += 1;
      file.run("INSERT INTO payloads SELECT id, ? FROM units WHERE key = ?", row.payload, row.key);
    } else if (file.run(moveUnit, row.group, row.key, row.group) === 1)
      file.run(moveMembers, row.group, row.key);
    position += file.run(insertMember, batch, position, row.key);
  }
  return added;
}

const insertUnit = `INSERT INTO units (key, grp, weight, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`;
/** Another sign-in may take over what an earlier one has not done. */
const moveUnit = `UPDATE units SET grp = ? WHERE key = ? AND grp <> ? AND state <> 'done'`;
const moveMembers = `UPDATE members SET grp = ? WHERE unit = (SELECT id FROM units WHERE key = ?)`;
const insertMember = `INSERT INTO members (batch, unit, position, grp, due_at)
  SELECT ?, id, ?, grp, due_at FROM units WHERE key = ? ON CONFLICT DO NOTHING`;
