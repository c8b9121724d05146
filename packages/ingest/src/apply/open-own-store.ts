import { openSqliteStore, StoreError, type UnitStore } from "@ktx/batch";
import type { ProjectFolders } from "./project-folders.ts";

/**
 * Opens the results of the project's own units.
 *
 * @throws {StoreError} that says, for a file that is something else, what it costs to go on without it.
 */
export async function openOwnStore({
  store: file,
}: Pick<ProjectFolders, "store">): Promise<UnitStore> {
  return await openSqliteStore({ file }).catch((error: unknown) => {
    if (!(error instanceof StoreError) || error.kind !== "foreign") throw error;
    throw new StoreError(
      "foreign",
      `Expected ${file} to be the results of earlier runs as ktx wrote them, got another content. Restore a copy, or move it away: what is in the wiki stays, and only what is not yet in it is read again.`,
      { cause: error },
    );
  });
}
