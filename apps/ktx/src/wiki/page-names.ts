import { posix, resolve } from "node:path";
import { toPageName, type Wiki, WikiError } from "@ktx/wiki";
import type { CliIo } from "../cli-io.ts";
import { openProject } from "../project/read-project.ts";
import { pageOfPath, pathBelow } from "./page-of-path.ts";
import type { WikiPlace } from "./open-project-wiki.ts";

/** Names of pages and sources as a person gives them on the command line. */
export interface PageNames {
  /**
   * The name of a page that is given by its name below the wiki's folder, or by its path, as a shell completes it.
   *
   * @throws {WikiError} `page-name`
   */
  readonly page: (given: string) => Promise<string>;
  /** The paths from the project's folder that a source may have, the likeliest first. */
  readonly sources: (given: string) => Promise<readonly string[]>;
}

export function createPageNames(
  { projectDir }: WikiPlace,
  wiki: Pick<Wiki, "folder" | "read">,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): PageNames {
  const findProject = async (): Promise<string> =>
    (await openProject(projectDir, io)).discovery.directory;
  return {
    page: async (given) => {
      const directory = await findProject();
      const place = { wiki: resolve(directory, wiki.folder), from: [io.cwd, directory] };
      const ofPath = pageOfPath(given, place);
      // A page in a folder `wiki` below the wiki's own is meant where it is there.
      return toPageName(ofPath === undefined || (await isPage(given, wiki)) ? given : ofPath);
    },
    sources: async (given) => {
      const file = posix.normalize(given);
      const below = pathBelow(await findProject(), resolve(io.cwd, given));
      return below === undefined || below === file ? [file] : [file, below];
    },
  };
}

async function isPage(given: string, wiki: Pick<Wiki, "read">): Promise<boolean> {
  try {
    return (await wiki.read(toPageName(given))) !== undefined;
  } catch (error) {
    if (error instanceof WikiError && error.code === "page-name") return false;
    throw error;
  }
}
