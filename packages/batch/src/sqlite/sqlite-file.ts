import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { fileIdentity, leaveMovedFile } from "@ktx/sqlite";
import { wait } from "@ktx/timers";
import { StoreError } from "../store-error.ts";
import type { Row } from "../store/read-row.ts";
import { toStoreError } from "./to-store-error.ts";

export interface WriteOptions {
  /** True: on the disk before this returns, also if the machine loses power. @default false */
  readonly isDurable?: boolean;
}

/**
 * An open SQLite file: statements by their text, and transactions that wait for those of others. Values go by their
 * position: Node 22.18 does not bind numbered ones (`?1`). All fail with a {@link StoreError} `broken` once the file was
 * removed, or another one was moved into its place.
 */
export class SqliteFile {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #patienceMs: number;
  readonly #identity: string | undefined;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, path: string, patienceMs: number) {
    this.#database = database;
    this.path = path;
    this.#patienceMs = patienceMs;
    this.#identity = fileIdentity(path);
  }

  one(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#translated(() => this.#statement(sql).get(...values));
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#translated(() => this.#statement(sql).all(...values));
  }

  /** The number of changed rows, without those that a trigger changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#translated(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** Runs statements that take no values. */
  execute(sql: string): void {
    this.#translated(() => this.#database.exec(sql));
  }

  /** Runs the work in one transaction; nothing of it remains where it throws. Waits while others write. */
  async write<Result>(work: () => Result, options: WriteOptions = {}): Promise<Result> {
    return await this.patiently(() => this.#transact(work, options.isDurable === true));
  }

  /** Repeats what others keep from running, until the patience of this file is used up. */
  async patiently<Result>(work: () => Result): Promise<Result> {
    const startMs = performance.now();
    for (;;) {
      try {
        return work();
      } catch (error) {
        const isBusy = error instanceof StoreError && error.kind === "busy";
        if (!isBusy || performance.now() - startMs >= this.#patienceMs) throw error;
        await wait(50, undefined);
      }
    }
  }

  close(): void {
    this.#statements.clear();
    if (!this.#database.isOpen) return;
    if (this.#isMoved()) leaveMovedFile(this.#database);
    this.#database.close();
  }

  #transact<Result>(work: () => Result, isDurable: boolean): Result {
    if (isDurable) this.execute("PRAGMA synchronous = FULL");
    try {
      this.execute("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#checkIdentity();
        this.execute("COMMIT");
        return result;
      } catch (error) {
        // SQLite rolls back by itself after some errors, such as a full disk.
        if (this.#database.isTransaction) this.execute("ROLLBACK");
        throw error;
      }
    } finally {
      if (isDurable) this.execute("PRAGMA synchronous = NORMAL");
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A file without its name takes writes, and loses them when it is closed. */
  #checkIdentity(): void {
    if (!this.#isMoved()) return;
    leaveMovedFile(this.#database);
    throw new StoreError(
      "broken",
      `The store ${this.path} was removed or replaced while it was in use. What was recorded in it may be lost. Put the right file in its place, and run this again.`,
    );
  }

  #isMoved(): boolean {
    return fileIdentity(this.path) !== this.#identity;
  }

  #translated<Result>(work: () => Result): Result {
    if (!this.#database.isTransaction) this.#checkIdentity();
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.path);
    }
  }
}
