import { stat } from "node:fs/promises";
import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import { CliError, usageError } from "../cli-error.ts";
import { Interruption } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import type { StorePlace } from "./find-store-place.ts";

/** The behaviour while a database does not answer. One that refuses a first connection has answered. */
export interface StoreWait {
  /** Receives a sentence after some seconds. */
  readonly onWait: (sentence: string) => void;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Opens a store. The client of Postgres is loaded for a database alone. */
export async function openSharedStore(
  place: StorePlace,
  { onWait, signal }: StoreWait,
): Promise<UnitStore> {
  switch (place.kind) {
    case "file":
      return await openSqliteStore({ file: place.file });
    case "database": {
      const { openPostgresStore } = await import("@ktx/queue-postgres");
      const onSlow = (name: string): void =>
        onWait(`${describeWait(name)} ktx tries for half a minute.`);
      return await openPostgresStore({ url: place.url, onSlow, signal });
    }
    default:
      return place satisfies never;
  }
}

/** @param name the name of a database for people. */
export function describeWait(name: string): string {
  return `The database ${name} has not answered yet.`;
}

/** Milliseconds for which one who only looks waits for a database. */
const lookPatienceMs = 3_000;

/**
 * The store of a place; undefined where it has no store. Nothing is made.
 *
 * @throws {CliError} for a file that is not there.
 */
export async function findSharedStore(
  place: StorePlace,
  { onWait, signal }: StoreWait,
): Promise<UnitStore | undefined> {
  switch (place.kind) {
    case "file": {
      const found = await stat(place.file).catch(() => undefined);
      if (found !== undefined) return await openSqliteStore({ file: place.file });
      throw usageError(`There is no store ${place.file}.`, {
        next: "Correct --store: a file that a batch has made, or a variable with the URL of a database.",
      });
    }
    case "database": {
      const { findPostgresStore } = await import("@ktx/queue-postgres");
      const onSlow = (name: string): void => onWait(describeWait(name));
      return await findPostgresStore({
        url: place.url,
        patienceMs: lookPatienceMs,
        onSlow,
        signal,
      });
    }
    default:
      return place satisfies never;
  }
}

/**
 * An error of the store as one that a user can fix; any other value unchanged. A store that is away during an interrupt
 * changes nothing about the end of the program.
 */
export function explainStoreError(error: unknown, signal?: AbortSignal): unknown {
  const cause = error instanceof CliError ? error.cause : error;
  if (!(cause instanceof StoreError)) return error;
  if (signal?.reason instanceof Interruption) return signal.reason;
  return cause === error
    ? new CliError({ what: cause.message, exitCode: exitCodes.failed }, { cause })
    : error;
}
