import { StoreError } from "../store-error.ts";
import type { FullUnitRecord, UnitRecord, UnitState } from "../unit.ts";

/** A row of any database, by its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** The columns that `readRecord` reads, of a table `u`. */
export const recordColumns = `u.id, u.key, u.grp, u.weight, u.state, u.attempt, u.failures, u.losses, u.worker,
  u.due_at, u.failure_kind, u.failure_message, u.held_reason, u.tokens, u.ran_ms, u.added_at, u.ended_at`;

export function readRecord(row: Row): UnitRecord {
  const worker = findText(row, "worker");
  const dueAtMs = findWhole(row, "due_at");
  const endedAtMs = findWhole(row, "ended_at");
  const heldReason = findText(row, "held_reason");
  const kind = findText(row, "failure_kind");
  return {
    key: readText(row, "key"),
    group: readText(row, "grp"),
    weight: readNumber(row, "weight"),
    state: readState(row),
    attempt: readWhole(row, "attempt"),
    failures: readWhole(row, "failures"),
    losses: readWhole(row, "losses"),
    usage: { tokens: readWhole(row, "tokens"), ranMs: readWhole(row, "ran_ms") },
    addedAtMs: readWhole(row, "added_at"),
    ...(worker !== undefined && { worker }),
    ...(dueAtMs !== undefined && { dueAtMs }),
    ...(kind !== undefined && { failure: { kind, message: readText(row, "failure_message") } }),
    ...(heldReason !== undefined && { heldReason }),
    ...(endedAtMs !== undefined && { endedAtMs }),
  };
}

/** A row of `readRecord` with the columns `payload` and `result`. */
export function readFullRecord(row: Row): FullUnitRecord {
  const result = findText(row, "result");
  return {
    ...readRecord(row),
    payload: readJson(row, "payload"),
    ...(result !== undefined && { result: readJson(row, "result") }),
  };
}

const states: ReadonlySet<string> = new Set<UnitState>([
  "waiting",
  "running",
  "done",
  "failed",
  "held",
]);

export function readState(row: Row): UnitState {
  const state = readText(row, "state");
  if (!isState(state)) throw unexpected("state", state);
  return state;
}

function isState(text: string): text is UnitState {
  return states.has(text);
}

export function readJson(row: Row, column: string): unknown {
  const text = readText(row, column);
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(column, "text that is no JSON");
  }
}

export function readText(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value !== "string") throw unexpected(column, typeof value);
  return value;
}

export function readNumber(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== "number") throw unexpected(column, typeof value);
  return value;
}

export function readWhole(row: Row | undefined, column: string): number {
  const value = readNumber(row, column);
  if (!Number.isSafeInteger(value)) throw unexpected(column, String(value));
  return value;
}

export function findWhole(row: Row | undefined, column: string): number | undefined {
  return (row?.[column] ?? null) === null ? undefined : readWhole(row, column);
}

function findText(row: Row, column: string): string | undefined {
  return (row[column] ?? null) === null ? undefined : readText(row, column);
}

function unexpected(column: string, came: string): StoreError {
  return new StoreError(
    "broken",
    `The store is damaged: its column \`${column}\` holds ${came}. Restore a copy of the store, or begin with a new one.`,
  );
}
