import { isAbsolute, relative, resolve, sep } from "node:path";

export interface PathPlace {
  /** The folder of the pages. */
  readonly wiki: string;
  /** The folders from which a path may be meant, the likeliest first. */
  readonly from: readonly string[];
}

/** The name of the page of a path such as `wiki/refunds.md`, as a shell completes it; undefined for a path elsewhere. Pure. */
export function pageOfPath(given: string, { wiki, from }: PathPlace): string | undefined {
  return from.map((folder) => pathBelow(wiki, resolve(folder, given))).find(Boolean);
}

/** A path below a folder, with `/`; undefined for the folder itself and for one elsewhere. Pure. */
export function pathBelow(folder: string, path: string): string | undefined {
  const below = relative(folder, path);
  const isInside = below !== "" && below.split(sep)[0] !== ".." && !isAbsolute(below);
  return isInside ? below.split(sep).join("/") : undefined;
}
