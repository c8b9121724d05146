import { lockProject, ProjectBusyError } from "../apply/lock-project.ts";
import type { ProjectFolders } from "../apply/project-folders.ts";

/** A proposal or an apply cannot be settled. The message is a sentence for people. */
export class ReviewError extends Error {
  override readonly name = "ReviewError";
}

/** Holds the project. @throws {ReviewError} while another process holds it. */
export async function lockForReview({
  lock,
}: Pick<ProjectFolders, "lock">): Promise<AsyncDisposable> {
  return await lockProject(lock).catch((error: unknown) => {
    if (!(error instanceof ProjectBusyError)) throw error;
    throw new ReviewError(error.message, { cause: error });
  });
}
