import type {
  Added,
  BatchName,
  BatchRecord,
  Claim,
  ClaimAnswer,
  ClaimAsk,
  Completion,
  Failing,
  FullUnitRecord,
  GroupCounts,
  Holding,
  Pause,
  Unit,
  UnitCounts,
  UnitFilter,
  UnitRecord,
  UnitStore,
  UnitUsage,
} from "@ktx/batch";
import { checkName, readWhole, toJsonText } from "@ktx/batch/store";
import { addUnits } from "./add-units.ts";
import { claimUnit, type FixedNow } from "./claim-unit.ts";
import type { Database, Work } from "./database.ts";
import { type AttemptEnd, endAttempt } from "./end-attempt.ts";
import { hashOf } from "./hash-of.ts";
import { keepable } from "./keepable.ts";
import { nowAt } from "./now.ts";
import {
  countGroups,
  countUnits,
  findUnits,
  listBatches,
  listPauses,
  listRecent,
  listSlowest,
  listUnits,
} from "./read-units.ts";
import type { Watchers } from "./watchers.ts";

const noUsage: UnitUsage = { tokens: 0, ranMs: 0 };

/** The store in one schema of a Postgres database. */
export class PostgresUnitStore implements UnitStore {
  readonly #database: Database;
  readonly #watchers: Watchers;
  readonly #fixedNow: () => FixedNow;
  /** The last blob on the way: one at a time, so that renewals of leases always find a connection. */
  #blobTurn: Promise<unknown> = Promise.resolve();

  constructor(database: Database, watchers: Watchers, fixedNow: () => FixedNow) {
    this.#database = database;
    this.#watchers = watchers;
    this.#fixedNow = fixedNow;
  }

  async add(units: readonly Unit[], batch: BatchName): Promise<Added> {
    const added = await addUnits(this.#database, units, batch, this.#fixedNow());
    await this.#announce();
    return added;
  }

  claim(ask: ClaimAsk): Promise<ClaimAnswer> {
    return claimUnit(this.#database, ask, this.#fixedNow());
  }

  async heartbeat({ unit, attempt, worker, leaseMs }: Claim): Promise<boolean> {
    const sql = `UPDATE ${this.#database.schema}.units SET due_at = ${nowAt(1)} + $2::bigint, span_ms = $2::bigint
      WHERE hash = $3 AND attempt = $4 AND worker = $5 AND state = 'running' RETURNING id`;
    const values = [Math.round(leaseMs), hashOf(unit.key), attempt, worker];
    const renewed = await this.#database.run((query) => query(sql, this.#fixedNow(), ...values));
    return renewed.length === 1;
  }

  async complete(claim: Claim, { result, usage = noUsage }: Completion): Promise<boolean> {
    const text = toJsonText(result, `the result of unit ${claim.unit.key}`);
    return await this.#end(claim, { state: "done", usage, result: text });
  }

  fail(claim: Claim, { usage = noUsage, ...end }: Failing): Promise<boolean> {
    return this.#end(claim, { state: "failed", usage, ...end });
  }

  hold(claim: Claim, { reason, usage = noUsage }: Holding): Promise<boolean> {
    return this.#end(claim, { state: "held", usage, reason });
  }

  release(claim: Claim, usage: UnitUsage = noUsage): Promise<boolean> {
    return this.#end(claim, { state: "waiting", usage });
  }

  async retry(keys: readonly string[]): Promise<number> {
    const sql = `UPDATE ${this.#database.schema}.units SET state = 'waiting', due_at = 0, span_ms = 0, failures = 0,
      losses = 0, failure_kind = NULL, failure_message = NULL, held_reason = NULL, ended_at = NULL
      WHERE hash = ANY ($1::bytea[]) AND state IN ('failed', 'held') RETURNING id`;
    const changed = await this.#database.run((query) => query(sql, keys.map(hashOf)));
    await this.#announce();
    return changed.length;
  }

  async pause(
    group: string,
    { untilMs, reason }: { readonly untilMs: number; readonly reason: string },
  ): Promise<void> {
    const sql = `INSERT INTO ${this.#database.schema}.groups AS g (hash, name, paused_until, pause_span_ms, pause_reason)
      VALUES ($2, $3, $4::bigint, greatest(0, $4::bigint - ${nowAt(1)}), $5) ON CONFLICT (hash) DO UPDATE SET
        paused_until = excluded.paused_until, pause_span_ms = excluded.pause_span_ms, pause_reason = excluded.pause_reason
      WHERE coalesce(g.paused_until, 0) < excluded.paused_until`;
    const named = [hashOf(checkName("the name of a group", group)), group];
    const values = [...named, Math.round(untilMs), keepable(reason)];
    await this.#database.run((query) => query(sql, this.#fixedNow(), ...values));
    await this.#announce();
  }

  async resume(group: string): Promise<void> {
    const sql = `UPDATE ${this.#database.schema}.groups SET paused_until = NULL WHERE hash = $1`;
    await this.#database.run((query) => query(sql, hashOf(group)));
    await this.#announce();
  }

  paused(): Promise<readonly Pause[]> {
    return listPauses(this.#database, this.#fixedNow());
  }

  counts(batchId?: string): Promise<UnitCounts> {
    return countUnits(this.#database, batchId);
  }

  list(filter: UnitFilter = {}): AsyncIterable<UnitRecord> {
    return listUnits(this.#database, filter);
  }

  groups(): Promise<readonly GroupCounts[]> {
    return countGroups(this.#database);
  }

  slowest(limit: number): Promise<readonly UnitRecord[]> {
    return listSlowest(this.#database, limit);
  }

  recent(limit: number): Promise<readonly UnitRecord[]> {
    return listRecent(this.#database, limit);
  }

  get(keys: readonly string[]): Promise<readonly (FullUnitRecord | undefined)[]> {
    return findUnits(this.#database, keys);
  }

  batches(): Promise<readonly BatchRecord[]> {
    return listBatches(this.#database);
  }

  async putBlob(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes);
    // A blob that is put again is as good as new for the clean-up.
    const sql = `INSERT INTO ${this.#database.schema}.blobs AS b (hash, bytes, put_at) VALUES ($2, $3, ${nowAt(1)})
      ON CONFLICT (hash) DO UPDATE SET put_at = excluded.put_at WHERE b.put_at < excluded.put_at - 3600000`;
    const put: Work<unknown> = (query) => query(sql, this.#fixedNow(), hash, Buffer.from(bytes));
    await this.#inTurn(() => this.#database.run(put));
    return `sha256:${hash.toString("hex")}`;
  }

  async getBlob(address: string): Promise<Uint8Array | undefined> {
    const hex = /^sha256:([\da-f]{64})$/.exec(address)?.[1];
    if (hex === undefined) return undefined;
    const sql = `SELECT bytes FROM ${this.#database.schema}.blobs WHERE hash = $1`;
    const [row] = await this.#inTurn(() =>
      this.#database.run((query) => query(sql, Buffer.from(hex, "hex"))),
    );
    const bytes = row?.["bytes"];
    return bytes instanceof Uint8Array ? bytes : undefined;
  }

  async now(): Promise<number> {
    const [row] = await this.#database.run((query) =>
      query(`SELECT ${nowAt(1)} AS now`, this.#fixedNow()),
    );
    return readWhole(row, "now");
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#watchers.watch(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watchers[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  async #end(claim: Claim, end: AttemptEnd): Promise<boolean> {
    const isEnded = await endAttempt(this.#database, claim, end, this.#fixedNow());
    if (end.state !== "done") await this.#announce();
    return isEnded;
  }

  async #inTurn<Value>(move: () => Promise<Value>): Promise<Value> {
    const turn = this.#blobTurn.then(move);
    this.#blobTurn = turn.catch(() => {});
    return await turn;
  }

  /** Wakes the watchers of all workers: something may be due for them. */
  async #announce(): Promise<void> {
    const channel = this.#watchers.channel;
    await this.#database.run((query) => query("SELECT pg_notify($1, '')", channel));
  }
}
