import { randomUUID } from "node:crypto";
import type { Claim, ClaimAnswer, ClaimAsk } from "@ktx/batch";
import { findWhole, readJson, readNumber, readText, readWhole, type Row } from "@ktx/batch/store";
import { checkFormat } from "./check-format.ts";
import type { Database, Query } from "./database.ts";
import { hashOf } from "./hash-of.ts";
import { nowAt } from "./now.ts";

/** Undefined: the database's clock decides. */
export type FixedNow = number | undefined;

/** Rounds in which other workers take every unit that was seen, before the caller waits. */
const rounds = 5;
const waitMs = 100;

/**
 * Claims the unit that is due first. Workers that claim at once skip each other's units; those that bound a group take
 * turns at its row.
 */
export async function claimUnit(
  database: Database,
  ask: ClaimAsk,
  fixedNow: FixedNow,
): Promise<ClaimAnswer> {
  const claimId = randomUUID();
  const plan = statementsOf(database.schema, ask.batchId !== undefined);
  for (let round = 0; ; round += 1) {
    const groups = await listGroups(database, plan, ask, fixedNow);
    for (const { id, dueAtMs } of groups.toSorted(byDue)) {
      if (dueAtMs === undefined) continue;
      const claim = await takeFrom(database, plan, { id, ask, fixedNow, claimId });
      if (claim !== undefined) return { type: "claimed", claim };
    }
    const answer = await database.run((query) => findNext(query, plan, groups, ask, fixedNow));
    const isRaced = groups.some(({ dueAtMs }) => dueAtMs !== undefined);
    if (!answer.isRepaired && (!isRaced || ask.groupConcurrency !== undefined)) return answer.none;
    if (round >= rounds) return { type: "none", hasOpenUnits: true, nextInMs: waitMs };
  }
}

/** A group with units that are neither done nor set aside. */
interface OpenGroup {
  readonly id: number;
  /** The due time of the unit that could be claimed first, and its place among those of the same time. */
  readonly dueAtMs: number | undefined;
  readonly position: number;
}

function byDue(a: OpenGroup, b: OpenGroup): number {
  return (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0) || a.position - b.position;
}

interface Statements {
  readonly isBatch: boolean;
  readonly openGroups: string;
  readonly lockGroup: string;
  readonly countRunning: string;
  readonly take: string;
  readonly known: string;
  readonly repairPauses: string;
  readonly repairUnits: string;
  readonly next: string;
}

/** Parameters: $1 the time, $2 the hash of the batch or null, $3 the hashes of the units that the worker runs, then as each statement says. */
function statementsOf(schema: string, isBatch: boolean): Statements {
  const [units, groups, members, payloads] = ["units", "groups", "members", "payloads"].map(
    (table) => `${schema}.${table}`,
  );
  const batch = `(SELECT id FROM ${schema}.batches WHERE hash = $2::bytea)`;
  const [source, position, ofBatch] = isBatch
    ? [`${members} s JOIN ${units} u ON u.id = s.unit`, "s.position", `s.batch = ${batch}`]
    : [`${units} u`, "u.id", "$2::bytea IS NULL"];
  const row = isBatch ? "s" : "u";
  // The columns of the unit count, those of the member lead to it: another worker may just have moved it.
  const isHeld = "u.hash = ANY ($3::bytea[])";
  const dueIn = (group: string): string =>
    `${ofBatch} AND ${row}.grp = ${group} AND ${row}.due_at <= ${nowAt(1)} AND u.grp = ${group}
      AND u.due_at <= ${nowAt(1)} AND NOT ${isHeld}`;
  const first = `ORDER BY ${row}.due_at, ${position} LIMIT 1`;
  const open = `SELECT 1 FROM ${isBatch ? `${members} s` : `${units} u`}
    WHERE ${ofBatch} AND ${row}.grp = g.id AND ${row}.due_at IS NOT NULL`;
  const isPaused = `coalesce(g.paused_until, 0) > ${nowAt(1)}`;
  const columns = `t.id, t.key, t.weight, t.attempt, t.failures, t.losses,
    (SELECT name FROM ${groups} WHERE id = t.grp) AS grp, (SELECT payload FROM ${payloads} WHERE unit = t.id) AS payload`;
  return {
    isBatch,
    openGroups: `SELECT g.id, f.due_at, f.position, (SELECT max(version) FROM ${schema}.format) AS format FROM ${groups} g LEFT JOIN LATERAL (
        SELECT ${row}.due_at, ${position} AS position FROM ${source} WHERE ${dueIn("g.id")} ${first}
      ) f ON NOT ${isPaused}
      WHERE ($4::text[] IS NULL OR g.name = ANY ($4)) AND EXISTS (${open})`,
    lockGroup: `SELECT id FROM ${groups} WHERE id = $1 FOR NO KEY UPDATE`,
    // The units of the worker that asks are not lost, even where a clock that jumped shows their leases as ended.
    countRunning: `SELECT count(*) AS running FROM ${units} u
      WHERE u.state = 'running' AND u.grp = $2 AND (u.due_at > ${nowAt(1)} OR ${isHeld})`,
    take: `UPDATE ${units} t SET state = 'running', attempt = attempt + 1,
        losses = losses + (state = 'running' AND worker <> $7)::int, worker = $7, claim_id = $4::uuid,
        due_at = ${nowAt(1)} + $5::bigint, span_ms = $5::bigint
      WHERE id = (SELECT u.id FROM ${source} JOIN ${groups} g ON g.id = u.grp
        WHERE ${dueIn("$6::bigint")} AND NOT ${isPaused} ${first} FOR NO KEY UPDATE OF u SKIP LOCKED)
      RETURNING ${columns}`,
    known: `SELECT ${columns} FROM ${units} t WHERE claim_id = $1::uuid AND state = 'running'`,
    repairPauses: `UPDATE ${groups} SET paused_until = ${nowAt(1)} + pause_span_ms
      WHERE paused_until > ${nowAt(1)} + pause_span_ms RETURNING id`,
    repairUnits: `UPDATE ${units} SET due_at = ${nowAt(1)} + span_ms
      WHERE grp = ANY ($2::bigint[]) AND due_at > ${nowAt(1)} AND due_at > ${nowAt(1)} + span_ms RETURNING id`,
    next: `SELECT min(CASE WHEN ${isPaused} THEN g.paused_until ELSE (
        SELECT min(${row}.due_at) FROM ${isBatch ? `${members} s` : `${units} u`}
        WHERE ${ofBatch} AND ${row}.grp = g.id AND ${row}.due_at > ${nowAt(1)}
      ) END) - ${nowAt(1)} AS in_ms FROM ${groups} g WHERE g.id = ANY ($3::bigint[])`,
  };
}

async function listGroups(
  database: Database,
  plan: Statements,
  ask: ClaimAsk,
  fixedNow: FixedNow,
): Promise<readonly OpenGroup[]> {
  const values = [fixedNow, batchOf(ask), heldBy(ask), ask.groups ?? null];
  const rows = await database.run((query) => query(plan.openGroups, ...values));
  if (rows.length > 0) checkFormat(findWhole(rows[0] ?? {}, "format") ?? 0, database);
  return rows.map((row) => ({
    id: readWhole(row, "id"),
    dueAtMs: findWhole(row, "due_at"),
    position: findWhole(row, "position") ?? 0,
  }));
}

interface Taking {
  readonly id: number;
  readonly ask: ClaimAsk;
  readonly fixedNow: FixedNow;
  readonly claimId: string;
}

/** The first due unit of one group; undefined where it is full, or others have taken what was due. */
async function takeFrom(
  database: Database,
  plan: Statements,
  { id, ask, fixedNow, claimId }: Taking,
): Promise<Claim | undefined> {
  const take = async (query: Query, isRepeated: boolean): Promise<Claim | undefined> => {
    if (isRepeated) {
      const [known] = await query(plan.known, claimId);
      if (known !== undefined) return toClaim(known, ask);
    }
    if (ask.groupConcurrency !== undefined) {
      await query(plan.lockGroup, id);
      const [row] = await query(plan.countRunning, fixedNow, id, heldBy(ask));
      if (readWhole(row, "running") >= ask.groupConcurrency) return undefined;
    }
    const values = [fixedNow, batchOf(ask), heldBy(ask), claimId, Math.round(ask.leaseMs), id];
    const [taken] = await query(plan.take, ...values, ask.worker);
    return taken && toClaim(taken, ask);
  };
  return ask.groupConcurrency === undefined
    ? await database.run(take)
    : await database.transact(take);
}

interface Next {
  readonly none: ClaimAnswer;
  /** True where due times lay too far ahead, since the clock was set back. */
  readonly isRepaired: boolean;
}

async function findNext(
  query: Query,
  plan: Statements,
  groups: readonly OpenGroup[],
  ask: ClaimAsk,
  fixedNow: FixedNow,
): Promise<Next> {
  if (groups.length === 0)
    return { none: { type: "none", hasOpenUnits: false }, isRepaired: false };
  const ids = groups.map(({ id }) => id);
  const pauses = await query(plan.repairPauses, fixedNow);
  const units = await query(plan.repairUnits, fixedNow, ids);
  const [row] = await query(plan.next, fixedNow, batchOf(ask), ids);
  const inMs = findWhole(row ?? {}, "in_ms");
  return {
    none: {
      type: "none",
      hasOpenUnits: true,
      ...(inMs !== undefined && { nextInMs: Math.max(0, inMs) }),
    },
    isRepaired: pauses.length + units.length > 0,
  };
}

function batchOf({ batchId }: ClaimAsk): Buffer | null {
  return batchId === undefined ? null : hashOf(batchId);
}

function heldBy({ holding = [] }: ClaimAsk): readonly Buffer[] {
  return holding.map(hashOf);
}

function toClaim(row: Row, ask: ClaimAsk): Claim {
  return {
    unit: {
      key: readText(row, "key"),
      group: readText(row, "grp"),
      weight: readNumber(row, "weight"),
      payload: readJson(row, "payload"),
    },
    attempt: readWhole(row, "attempt"),
    failures: readWhole(row, "failures"),
    losses: readWhole(row, "losses"),
    worker: ask.worker,
    leaseMs: ask.leaseMs,
  };
}
