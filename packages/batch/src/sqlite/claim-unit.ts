import type { Claim, ClaimAnswer, ClaimAsk } from "../unit-store.ts";
import {
  findWhole,
  readJson,
  readNumber,
  readText,
  readWhole,
  type Row,
} from "../store/read-row.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/** Claims the unit that is due first. Runs within a transaction. */
export function claimUnit(file: SqliteFile, ask: ClaimAsk, nowMs: number): ClaimAnswer {
  file.run("UPDATE pauses SET until = ? + span_ms WHERE until > ? + span_ms", nowMs, nowMs);
  const source = ask.batchId === undefined ? allUnits : membersOf(file, ask.batchId);
  if (source === undefined) return { type: "none", hasOpenUnits: false };
  const openGroups = listGroups(file, source);
  const groups =
    ask.groups === undefined ? openGroups : ask.groups.filter((name) => openGroups.includes(name));
  let first: Due | undefined;
  const next: number[] = [];
  for (const group of groups) {
    const until = findWhole(file.one("SELECT until FROM pauses WHERE grp = ?", group), "until");
    if (until !== undefined && until > nowMs) {
      next.push(until);
      continue;
    }
    if (isFull(file, group, ask, nowMs)) continue;
    const due = findDue(file, source, group, ask, nowMs);
    if (due !== undefined && (first === undefined || isBefore(due, first))) first = due;
  }
  if (first !== undefined) return { type: "claimed", claim: take(file, first.unit, ask, nowMs) };
  for (const group of groups) {
    boundDueTimes(file, group, nowMs);
    const due = findWhole(file.one(source.nextDue, ...source.values, group, nowMs), "due_at");
    if (due !== undefined) next.push(due);
  }
  return {
    type: "none",
    hasOpenUnits: groups.length > 0,
    ...(next.length > 0 && { nextInMs: Math.min(...next) - nowMs }),
  };
}

/** Where claims look for units: the same questions about all units, or about the members of one batch. */
interface Source {
  readonly values: readonly number[];
  readonly nextGroup: string;
  readonly firstDue: string;
  readonly nextDue: string;
}

const allUnits: Source = {
  values: [],
  nextGroup: `SELECT grp FROM units WHERE grp > ? AND due_at IS NOT NULL ORDER BY grp LIMIT 1`,
  firstDue: `SELECT id AS unit, due_at, id AS position FROM units WHERE grp = ? AND due_at <= ?
    AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at, id LIMIT 1`,
  nextDue: `SELECT min(due_at) AS due_at FROM units WHERE grp = ? AND due_at > ?`,
};

const members: Omit<Source, "values"> = {
  nextGroup: `SELECT grp FROM members WHERE batch = ? AND grp > ? AND due_at IS NOT NULL ORDER BY grp LIMIT 1`,
  firstDue: `SELECT m.unit, m.due_at, m.position FROM members m CROSS JOIN units u ON u.id = m.unit
    WHERE m.batch = ? AND m.grp = ? AND m.due_at <= ?
    AND u.key NOT IN (SELECT value FROM json_each(?))
    ORDER BY m.due_at, m.position LIMIT 1`,
  nextDue: `SELECT min(due_at) AS due_at FROM members WHERE batch = ? AND grp = ? AND due_at > ?`,
};

function membersOf(file: SqliteFile, batchId: string): Source | undefined {
  const batch = findWhole(file.one("SELECT id FROM batches WHERE name = ?", batchId), "id");
  return batch === undefined ? undefined : { ...members, values: [batch] };
}

function listGroups(file: SqliteFile, source: Source): readonly string[] {
  const groups: string[] = [];
  for (let last = ""; ;) {
    const row = file.one(source.nextGroup, ...source.values, last);
    if (row === undefined) return groups;
    last = readText(row, "grp");
    groups.push(last);
  }
}

function isFull(file: SqliteFile, group: string, ask: ClaimAsk, nowMs: number): boolean {
  if (ask.groupConcurrency === undefined) return false;
  // The units of the worker that asks are not lost, even where a clock that jumped shows their leases as ended.
  const row = file.one(
    `SELECT count(*) AS running FROM units WHERE state = 'running' AND grp = ?
      AND (due_at > ? OR key IN (SELECT value FROM json_each(?)))`,
    group,
    nowMs,
    heldBy(ask),
  );
  return readWhole(row, "running") >= ask.groupConcurrency;
}

interface Due {
  readonly unit: number;
  readonly dueAtMs: number;
  readonly position: number;
}

function findDue(
  file: SqliteFile,
  source: Source,
  group: string,
  ask: ClaimAsk,
  nowMs: number,
): Due | undefined {
  const row = file.one(source.firstDue, ...source.values, group, nowMs, heldBy(ask));
  if (row === undefined) return undefined;
  return {
    unit: readWhole(row, "unit"),
    dueAtMs: readWhole(row, "due_at"),
    position: readWhole(row, "position"),
  };
}

/** The keys as one value of a statement. */
function heldBy({ holding = [] }: ClaimAsk): string {
  return JSON.stringify(holding);
}

function isBefore(a: Due, b: Due): boolean {
  return a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.position < b.position);
}

/** A due time beyond its span was set before the clock was set back; it would keep the unit for too long. */
function boundDueTimes(file: SqliteFile, group: string, nowMs: number): void {
  file.run(
    "UPDATE units SET due_at = ? + span_ms WHERE grp = ? AND due_at > ? AND due_at > ? + span_ms",
    nowMs,
    group,
    nowMs,
    nowMs,
  );
}

function take(file: SqliteFile, unit: number, ask: ClaimAsk, nowMs: number): Claim {
  const row = file.one(
    `UPDATE units SET state = 'running', attempt = attempt + 1, losses = losses + (state = 'running' AND worker <> ?),
      worker = ?, due_at = ?, span_ms = ? WHERE id = ?
      RETURNING key, grp, weight, attempt, failures, losses`,
    ask.worker,
    ask.worker,
    nowMs + ask.leaseMs,
    ask.leaseMs,
    unit,
  );
  const payload = file.one("SELECT payload FROM payloads WHERE unit = ?", unit);
  return toClaim(row, payload ?? {}, ask);
}

function toClaim(row: Row | undefined, payload: Row, ask: ClaimAsk): Claim {
  return {
    unit: {
      key: readText(row, "key"),
      group: readText(row, "grp"),
      weight: readNumber(row, "weight"),
      payload: readJson(payload, "payload"),
    },
    attempt: readWhole(row, "attempt"),
    failures: readWhole(row, "failures"),
    losses: readWhole(row, "losses"),
    worker: ask.worker,
    leaseMs: ask.leaseMs,
  };
}
