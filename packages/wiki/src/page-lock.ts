import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { fileIdentity } from "@ktx/sqlite";
import { openDatabase } from "./open-database.ts";

/**
 * The lock of all who write to a wiki: a file that is there for it alone, and needs no room on the disk. The system
 * takes the lock back from a process that dies.
 */
export class PageLock implements Disposable {
  readonly path: string;
  readonly #waitMs: number;
  #open: { readonly database: DatabaseSync; readonly identity: string | undefined } | undefined;

  constructor(path: string, waitMs: number) {
    this.path = path;
    this.#waitMs = waitMs;
  }

  /** Waits for others. @throws the error of `node:sqlite` where they hold it for too long, or it cannot be opened. */
  take(): void {
    for (;;) {
      this.#open ??= this.#openFile();
      // A file that was removed since keeps nobody out.
      if (this.#isThere()) {
        this.#open.database.exec("BEGIN EXCLUSIVE");
        if (this.#isThere()) return;
      }
      this[Symbol.dispose]();
    }
  }

  release(): void {
    // Nothing is to be written, so that a full disk keeps no lock.
    this.#open?.database.exec("ROLLBACK");
  }

  [Symbol.dispose](): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #isThere(): boolean {
    return this.#open?.identity !== undefined && this.#open.identity === fileIdentity(this.path);
  }

  #openFile(): { readonly database: DatabaseSync; readonly identity: string | undefined } {
    mkdirSync(dirname(this.path), { recursive: true });
    const database = openDatabase(this.path, this.#waitMs);
    database.exec("PRAGMA journal_mode = MEMORY");
    return { database, identity: fileIdentity(this.path) };
  }
}
