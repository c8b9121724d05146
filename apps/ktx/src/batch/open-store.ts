import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";

export interface StorePlace {
  readonly projectDir: string;
  /** The value of `--store`, from the current folder. @default .ktx/batch.sqlite of the project */
  readonly store: string | undefined;
}

function storeFile({ projectDir, store }: StorePlace, { cwd }: Pick<CliIo, "cwd">): string {
  return store === undefined ? join(projectDir, ".ktx", "batch.sqlite") : resolve(cwd, store);
}

/** Opens the store, a new one at first. Git passes over the folder `.ktx` of a project. */
export async function openStore(place: StorePlace, io: Pick<CliIo, "cwd">): Promise<UnitStore> {
  const file = storeFile(place, io);
  if (place.store === undefined) await ignoreFolder(dirname(file));
  return await openSqliteStore({ file });
}

/** The store; undefined before the first batch. */
export async function findStore(
  place: StorePlace,
  io: Pick<CliIo, "cwd">,
): Promise<UnitStore | undefined> {
  const file = storeFile(place, io);
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : await openSqliteStore({ file });
}

/** A fault is shown by the store, which cannot be opened then. */
async function ignoreFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    return;
  }
}

/** An error of the store as one that a user can fix; any other value unchanged. */
export function explainStoreError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
}
