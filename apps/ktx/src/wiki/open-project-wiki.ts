import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { openWiki, type Wiki, WikiError } from "@ktx/wiki";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";

export interface WikiPlace {
  readonly projectDir?: string | undefined;
  /** The folder of the pages, from the project's. @default "wiki" */
  readonly wikiDir?: string | undefined;
}

/**
 * Opens the wiki of a project.
 *
 * @param mayBeNew true where a missing folder is made by the first page.
 * @throws {CliError} where there is no such folder: nothing is written to a folder that is no project.
 */
export async function openProjectWiki(
  { projectDir, wikiDir = "wiki" }: WikiPlace,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
  mayBeNew = false,
): Promise<Wiki> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  const folder = resolve(directory, wikiDir);
  const isFolder = await stat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isFolder && !mayBeNew)
    throw new CliError({
      what: `There is no wiki: ${folder} is not a folder.`,
      why: "A wiki is a folder of Markdown files in the project.",
      next: "Put pages there, or name the folder that has them: --wiki-dir <folder>, --project-dir <folder>.",
      exitCode: exitCodes.failed,
    });
  const { openSourceTexts } = await import("@ktx/ingest");
  return await explainedWiki(async () =>
    openWiki({
      projectDir: directory,
      folder: wikiDir,
      // Citations count the lines of sources as an ingest reads them.
      sources: await openSourceTexts(directory),
    }),
  );
}

/** True for a file such as `.env`, or one in a folder such as `.git`, which may hold secrets. Pure. */
export function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith("."));
}

/** The errors of the wiki as errors that a user can fix. */
export async function explainedWiki<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WikiError)) throw error;
    const exitCode = error.code === "page-name" ? exitCodes.usage : exitCodes.failed;
    throw new CliError({ what: error.message, exitCode }, { cause: error });
  }
}
