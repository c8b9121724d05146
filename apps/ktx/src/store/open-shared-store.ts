import { stat } from "node:fs/promises";
import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import type { StorePlace } from "./find-store-place.ts";

/** Opens a store. The client of Postgres is loaded for a database alone. */
export async function openSharedStore(place: StorePlace): Promise<UnitStore> {
  if (place.kind === "file") return await openSqliteStore({ file: place.file });
  const { openPostgresStore } = await import("@ktx/queue-postgres");
  return await openPostgresStore({ url: place.url });
}

/** Milliseconds for which one who only looks waits for a database. */
const lookPatienceMs = 3_000;

/** The store of a place; undefined where it has no store. Nothing is made. */
export async function findSharedStore(place: StorePlace): Promise<UnitStore | undefined> {
  if (place.kind === "database") {
    const { findPostgresStore } = await import("@ktx/queue-postgres");
    return await findPostgresStore({ url: place.url, patienceMs: lookPatienceMs });
  }
  const found = await stat(place.file).catch(() => undefined);
  return found === undefined ? undefined : await openSharedStore(place);
}

/** An error of the store as one that a user can fix; any other value unchanged. */
export function explainStoreError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
}
