import type { UnitFailure, UnitUsage } from "../unit.ts";
import type { Claim } from "../unit-store.ts";
import { readText, readWhole } from "../store/read-row.ts";
import type { SqliteFile } from "./sqlite-file.ts";

export type AttemptEnd = { readonly usage: UnitUsage } & (
  | { readonly state: "done"; readonly result: string }
  | {
      readonly state: "failed";
      readonly failure: UnitFailure;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly state: "held"; readonly reason: string }
  | { readonly state: "waiting" }
);

/** Ends an attempt; false, and no change, where it is not the unit's last one. Runs within a transaction. */
export function endAttempt(
  file: SqliteFile,
  claim: Claim,
  end: AttemptEnd,
  nowMs: number,
): boolean {
  const row = file.one(
    "SELECT id, state, attempt, worker FROM units WHERE key = ?",
    claim.unit.key,
  );
  if (row === undefined || readWhole(row, "attempt") !== claim.attempt) return false;
  const state = readText(row, "state");
  if (state !== "running") return state === "done" && end.state === "done";
  if (readText(row, "worker") !== claim.worker) return false;
  const unit = readWhole(row, "id");
  const { tokens, ranMs } = end.usage;
  file.run(
    "UPDATE units SET tokens = tokens + ?, ran_ms = ran_ms + ? WHERE id = ?",
    Math.round(tokens),
    Math.round(ranMs),
    unit,
  );
  switch (end.state) {
    case "done":
      file.run("INSERT INTO results (unit, result) VALUES (?, ?)", unit, end.result);
      file.run(
        `UPDATE units SET state = 'done', worker = NULL, due_at = NULL, ended_at = ?,
          failure_kind = NULL, failure_message = NULL WHERE id = ?`,
        nowMs,
        unit,
      );
      return true;
    case "failed":
      fail(file, unit, end, nowMs);
      return true;
    case "held":
      file.run(
        `UPDATE units SET state = 'held', worker = NULL, due_at = NULL, ended_at = ?, held_reason = ? WHERE id = ?`,
        nowMs,
        end.reason,
        unit,
      );
      return true;
    case "waiting":
      file.run(
        "UPDATE units SET state = 'waiting', worker = NULL, due_at = 0, span_ms = 0 WHERE id = ?",
        unit,
      );
      return true;
    default:
      return end satisfies never;
  }
}

function fail(
  file: SqliteFile,
  unit: number,
  {
    failure,
    retryAfterMs,
  }: { readonly failure: UnitFailure; readonly retryAfterMs: number | undefined },
  nowMs: number,
): void {
  const isDead = retryAfterMs === undefined;
  const spanMs = Math.max(0, Math.round(retryAfterMs ?? 0));
  file.run(
    `UPDATE units SET state = ?, worker = NULL, due_at = ?, span_ms = ?, ended_at = ?,
      failures = failures + 1, failure_kind = ?, failure_message = ? WHERE id = ?`,
    isDead ? "failed" : "waiting",
    isDead ? null : nowMs + spanMs,
    spanMs,
    isDead ? nowMs : null,
    failure.kind,
    failure.message,
    unit,
  );
}
