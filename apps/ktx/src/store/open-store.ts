import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import type { Project } from "../project/read-project.ts";
import { findStorePlace } from "./find-store-place.ts";
import { findSharedStore, openSharedStore } from "./open-shared-store.ts";

export interface BatchStoreInput {
  readonly project: Project;
  /** The value of `--store`. @default batch.store of ktx.yaml, else .ktx/batch.sqlite of the project */
  readonly store: string | undefined;
}

function ownFile({ discovery }: Project): string {
  return join(discovery.directory, ".ktx", "batch.sqlite");
}

/** Opens the store, a new one at first. Git passes over the folder `.ktx` of a project. */
export async function openStore(
  input: BatchStoreInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
  onWait: (sentence: string) => void,
): Promise<UnitStore> {
  const place = await findStorePlace(input, io);
  if (place !== undefined) return await openSharedStore(place, { onWait, signal: io.signal });
  const file = ownFile(input.project);
  await makeDataFolder(dirname(file));
  return await openSqliteStore({ file }).catch((error: unknown) => {
    throw explainPlace(error);
  });
}

/** A project that takes no files needs a store elsewhere. */
function explainPlace(error: unknown): unknown {
  const isPlace =
    error instanceof StoreError && error.cause instanceof Error && "syscall" in error.cause;
  if (!isPlace) return error;
  const next = "Keep the answers elsewhere: --store ~/answers.sqlite";
  return new CliError({ what: error.message, next, exitCode: exitCodes.failed }, { cause: error });
}

/**
 * The store; undefined before the first batch.
 *
 * @throws {CliError} for a file of `--store` that is not there.
 */
export async function findStore(
  input: BatchStoreInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
  onWait: (sentence: string) => void,
): Promise<UnitStore | undefined> {
  const place = await findStorePlace(input, io);
  if (place !== undefined) return await findSharedStore(place, { onWait, signal: io.signal });
  const file = ownFile(input.project);
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : await openSqliteStore({ file });
}

/** A fault is shown by the store, which cannot be opened then. */
async function makeDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch(() => {});
  const { ignoreFolder } = await import("@ktx/wiki");
  ignoreFolder(folder);
}
