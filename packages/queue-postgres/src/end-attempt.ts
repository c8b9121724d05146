import type { Claim, UnitFailure, UnitUsage } from "@ktx/batch";
import { readText, readWhole } from "@ktx/batch/store";
import type { FixedNow } from "./claim-unit.ts";
import type { Database } from "./database.ts";
import { hashOf } from "./hash-of.ts";
import { keepable } from "./keepable.ts";
import { nowAt } from "./now.ts";

export type AttemptEnd = { readonly usage: UnitUsage } & (
  | { readonly state: "done"; readonly result: string }
  | { readonly state: "failed"; readonly failure: UnitFailure; readonly retryAfterMs?: number }
  | { readonly state: "held"; readonly reason: string }
  | { readonly state: "waiting" }
);

/** Ends an attempt in one statement; false, and no change, where it is not the unit's last one. */
export async function endAttempt(
  database: Database,
  claim: Claim,
  end: AttemptEnd,
  fixedNow: FixedNow,
): Promise<boolean> {
  const { schema } = database;
  const hash = hashOf(claim.unit.key);
  const { changes, values, insert } = changesOf(schema, end);
  const sql = `WITH ended AS (
      UPDATE ${schema}.units SET worker = NULL, claim_id = NULL, tokens = tokens + $5, ran_ms = ran_ms + $6, ${changes}
      WHERE hash = $2 AND attempt = $3 AND worker = $4 AND state = 'running' RETURNING id
    )${insert} SELECT id FROM ended`;
  const { tokens, ranMs } = end.usage;
  const usage = [Math.round(tokens), Math.round(ranMs)];
  return await database.run(async (query, isRepeated) => {
    const key = [hash, claim.attempt, claim.worker];
    const ended = await query(sql, fixedNow, ...key, ...usage, ...values);
    if (ended.length > 0) return true;
    const [row] = await query(`SELECT state, attempt FROM ${schema}.units WHERE hash = $1`, hash);
    if (row === undefined || readWhole(row, "attempt") !== claim.attempt) return false;
    const state = readText(row, "state");
    // Only its holder ends an attempt: where the answer to the first try was lost, it was this end.
    return isRepeated ? state !== "running" : state === "done" && end.state === "done";
  });
}

interface Changes {
  readonly changes: string;
  /** From $7 on. */
  readonly values: readonly unknown[];
  readonly insert: string;
}

function changesOf(schema: string, end: AttemptEnd): Changes {
  switch (end.state) {
    case "done":
      return {
        changes: `state = 'done', due_at = NULL, ended_at = ${nowAt(1)}, failure_kind = NULL, failure_message = NULL`,
        values: [end.result],
        insert: `, kept AS (INSERT INTO ${schema}.results (unit, result) SELECT id, $7 FROM ended)`,
      };
    case "failed": {
      const { failure, retryAfterMs } = end;
      const spanMs = Math.max(0, Math.round(retryAfterMs ?? 0));
      const failed = "failures = failures + 1, failure_kind = $7, failure_message = $8";
      const texts = [keepable(failure.kind), keepable(failure.message)];
      return retryAfterMs === undefined
        ? {
            changes: `state = 'failed', due_at = NULL, ended_at = ${nowAt(1)}, ${failed}`,
            values: texts,
            insert: "",
          }
        : {
            changes: `state = 'waiting', due_at = ${nowAt(1)} + $9::bigint, span_ms = $9::bigint, ${failed}`,
            values: [...texts, spanMs],
            insert: "",
          };
    }
    case "held":
      return {
        changes: `state = 'held', due_at = NULL, ended_at = ${nowAt(1)}, held_reason = $7`,
        values: [keepable(end.reason)],
        insert: "",
      };
    case "waiting":
      return {
        // The time has a type also where no part of the statement needs it.
        changes: `state = 'waiting', due_at = least(0, ${nowAt(1)}), span_ms = 0`,
        values: [],
        insert: "",
      };
    default:
      return end satisfies never;
  }
}
