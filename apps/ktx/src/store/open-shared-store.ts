import { stat } from "node:fs/promises";
import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import { CliError, usageError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import type { StorePlace } from "./find-store-place.ts";

/**
 * Opens a store. The client of Postgres is loaded for a database alone.
 *
 * @param onWait receives a sentence where the database does not answer for some seconds.
 */
export async function openSharedStore(
  place: StorePlace,
  onWait: (sentence: string) => void,
): Promise<UnitStore> {
  if (place.kind === "file") return await openSqliteStore({ file: place.file });
  const { openPostgresStore } = await import("@ktx/queue-postgres");
  return await openPostgresStore({ url: place.url, onSlow: (name) => onWait(describeWait(name)) });
}

/** @param name the name of a database for people. */
export function describeWait(name: string): string {
  return `The database ${name} has not answered yet. ktx tries for half a minute.`;
}

/** Milliseconds for which one who only looks waits for a database. */
const lookPatienceMs = 3_000;

/**
 * The store of a place; undefined where it has no store. Nothing is made.
 *
 * @throws {CliError} for a file that is not there.
 */
export async function findSharedStore(place: StorePlace): Promise<UnitStore | undefined> {
  if (place.kind === "database") {
    const { findPostgresStore } = await import("@ktx/queue-postgres");
    return await findPostgresStore({ url: place.url, patienceMs: lookPatienceMs });
  }
  const found = await stat(place.file).catch(() => undefined);
  if (found !== undefined) return await openSqliteStore({ file: place.file });
  throw usageError(`There is no store ${place.file}.`, {
    next: "Correct --store: a file that a batch has made, or a variable with the URL of a database.",
  });
}

/** An error of the store as one that a user can fix; any other value unchanged. */
export function explainStoreError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
}
