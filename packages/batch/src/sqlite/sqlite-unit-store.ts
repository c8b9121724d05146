import { createHash } from "node:crypto";
import { wait } from "@ktx/timers";
import { toJsonText } from "../store/to-json-text.ts";
import type { FullUnitRecord, Unit, UnitRecord, UnitUsage } from "../unit.ts";
import type {
  Added,
  BatchName,
  BatchRecord,
  Claim,
  ClaimAnswer,
  ClaimAsk,
  Completion,
  Failing,
  GroupCounts,
  Holding,
  Pause,
  UnitCounts,
  UnitFilter,
  UnitStore,
} from "../unit-store.ts";
import { addUnits } from "./add-units.ts";
import { claimUnit } from "./claim-unit.ts";
import { endAttempt, type AttemptEnd } from "./end-attempt.ts";
import {
  countGroups,
  countUnits,
  findBlob,
  findUnit,
  listBatches,
  listPauses,
  listRecent,
  listSlowest,
  listUnits,
} from "./read-units.ts";
import type { SqliteFile } from "./sqlite-file.ts";
import { readWhole } from "../store/read-row.ts";

const noUsage: UnitUsage = { tokens: 0, ranMs: 0 };
const pollMs = 200;

/** The store in one SQLite file. Each method is one transaction, or several where its work is long. */
export class SqliteUnitStore implements UnitStore {
  readonly #file: SqliteFile;
  readonly #now: () => number;

  constructor(file: SqliteFile, now: () => number) {
    this.#file = file;
    this.#now = () => Math.round(now());
  }

  add(units: readonly Unit[], batch: BatchName): Promise<Added> {
    return addUnits(this.#file, units, batch, this.#now());
  }

  claim(ask: ClaimAsk): Promise<ClaimAnswer> {
    return this.#file.write(() =>
      claimUnit(this.#file, { ...ask, leaseMs: Math.round(ask.leaseMs) }, this.#now()),
    );
  }

  async heartbeat({ unit, attempt, worker, leaseMs }: Claim): Promise<boolean> {
    const sql = `UPDATE units SET due_at = ?, span_ms = ?
      WHERE key = ? AND attempt = ? AND worker = ? AND state = 'running'`;
    const spanMs = Math.round(leaseMs);
    return await this.#file.write(() => {
      const dueAtMs = this.#now() + spanMs;
      return this.#file.run(sql, dueAtMs, spanMs, unit.key, attempt, worker) === 1;
    });
  }

  async complete(claim: Claim, { result, usage = noUsage }: Completion): Promise<boolean> {
    const text = toJsonText(result, `the result of unit ${claim.unit.key}`);
    return await this.#end(claim, { state: "done", usage, result: text });
  }

  fail(claim: Claim, { failure, usage = noUsage, retryAfterMs }: Failing): Promise<boolean> {
    return this.#end(claim, { state: "failed", usage, failure, retryAfterMs });
  }

  hold(claim: Claim, { reason, usage = noUsage }: Holding): Promise<boolean> {
    return this.#end(claim, { state: "held", usage, reason });
  }

  release(claim: Claim, usage: UnitUsage = noUsage): Promise<boolean> {
    return this.#end(claim, { state: "waiting", usage });
  }

  async retry(keys: readonly string[]): Promise<number> {
    const sql = `UPDATE units SET state = 'waiting', due_at = 0, span_ms = 0, failures = 0, losses = 0,
      failure_kind = NULL, failure_message = NULL, held_reason = NULL, ended_at = NULL
      WHERE key = ? AND state IN ('failed', 'held')`;
    return await this.#file.write(() => {
      let changed = 0;
      for (const key of keys) changed += this.#file.run(sql, key);
      return changed;
    });
  }

  async pause(
    group: string,
    { untilMs, reason }: { readonly untilMs: number; readonly reason: string },
  ): Promise<void> {
    const sql = `INSERT INTO pauses (grp, until, span_ms, reason) VALUES (?, ?, ?, ?)
      ON CONFLICT (grp) DO UPDATE SET until = excluded.until, span_ms = excluded.span_ms, reason = excluded.reason
        WHERE until < excluded.until`;
    const until = Math.round(untilMs);
    await this.#file.write(() => {
      const spanMs = Math.max(0, until - this.#now());
      this.#file.run(sql, group, until, spanMs, reason);
    });
  }

  async resume(group: string): Promise<void> {
    await this.#file.write(() => this.#file.run("DELETE FROM pauses WHERE grp = ?", group));
  }

  async paused(): Promise<readonly Pause[]> {
    return listPauses(this.#file, this.#now());
  }

  async counts(batchId?: string): Promise<UnitCounts> {
    return countUnits(this.#file, batchId);
  }

  async *list(filter: UnitFilter = {}): AsyncIterable<UnitRecord> {
    yield* listUnits(this.#file, filter);
  }

  async groups(): Promise<readonly GroupCounts[]> {
    return countGroups(this.#file);
  }

  async slowest(limit: number): Promise<readonly UnitRecord[]> {
    return listSlowest(this.#file, limit);
  }

  async recent(limit: number): Promise<readonly UnitRecord[]> {
    return listRecent(this.#file, limit);
  }

  async get(keys: readonly string[]): Promise<readonly (FullUnitRecord | undefined)[]> {
    return keys.map((key) => findUnit(this.#file, key));
  }

  async batches(): Promise<readonly BatchRecord[]> {
    return listBatches(this.#file);
  }

  async putBlob(bytes: Uint8Array): Promise<string> {
    const hash = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const sql = "INSERT INTO blobs (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING";
    await this.#file.write(() => this.#file.run(sql, hash, bytes));
    return hash;
  }

  async getBlob(address: string): Promise<Uint8Array | undefined> {
    return findBlob(this.#file, address);
  }

  async now(): Promise<number> {
    return this.#now();
  }

  async *watch(signal: AbortSignal): AsyncIterable<void> {
    let seen = this.#dataVersion();
    for (;;) {
      await wait(pollMs, signal);
      if (signal.aborted) return;
      const version = this.#dataVersion();
      if (version !== seen) yield;
      seen = version;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
  }

  #end(claim: Claim, end: AttemptEnd): Promise<boolean> {
    const isDurable = end.state === "done" || end.state === "held";
    return this.#file.write(() => endAttempt(this.#file, claim, end, this.#now()), { isDurable });
  }

  /** Changes with each change that another connection makes. */
  #dataVersion(): number {
    return readWhole(this.#file.one("PRAGMA data_version"), "data_version");
  }
}
