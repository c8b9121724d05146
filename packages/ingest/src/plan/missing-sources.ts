import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMissing } from "../apply/read-if-there.ts";
import { type FoundSources, isPassedOver, isUncitable } from "../read/find-sources.ts";

/**
 * A path that was given names nothing, or a folder at or below it is gone or empty now, and the wiki has claims of
 * sources there. A volume may be missing, so nothing is retired.
 */
export class MissingSourcesError extends Error {
  override readonly name = "MissingSourcesError";
}

export interface GoneSourcesInput {
  readonly projectDir: string;
  /** The sources that the wiki has claims of. */
  readonly known: ReadonlySet<string>;
  readonly found: Pick<FoundSources, "missing" | "folders">;
  /** True where the user says that what is not below the given paths is really gone. */
  readonly gone: boolean;
}

export interface GoneSources {
  readonly evicted: readonly string[];
  /** Sources that may only be out of sight, since their folder is gone or empty, too, and was not given. */
  readonly kept: readonly string[];
}

/**
 * The known sources whose file is gone, in order, and those that are no sources any more.
 *
 * @throws {MissingSourcesError} unless `gone`.
 */
export async function findGoneSources(input: GoneSourcesInput): Promise<GoneSources> {
  const { projectDir, known, gone, found } = input;
  const { missing, folders } = found;
  const given = gone ? [...folders, ...missing] : folders;
  if (!gone) for (const path of missing) refuseMissing(path, known);
  const evicted: string[] = [];
  const kept: string[] = [];
  const lost = new Map<string, { readonly place: Place; readonly below: string[] }>();
  for (const path of [...known].toSorted()) {
    if (path.split("/").some(isPassedOver) || isUncitable(path)) {
      evicted.push(path);
      continue;
    }
    if (!(await isGone(join(projectDir, path)))) continue;
    const isGiven = given.some((folder) => isBelow(path, folder));
    const place = await findPlace(projectDir, path);
    if (isGiven && !gone && (place.state === "empty" || place.state === "gone"))
      lost.set(place.folder, {
        place,
        below: [...(lost.get(place.folder)?.below ?? []), path],
      });
    (isGiven || place.state === "filled" ? evicted : kept).push(path);
  }
  for (const { place, below } of lost.values())
    throw new MissingSourcesError(
      `Expected files in ${place.folder}, since the wiki has claims of ${countOf(below)} there; the folder is ${place.state} now. Mount its volume, or bring the files back. If they are really gone, add --gone: the claims then go.`,
    );
  return { evicted, kept };
}

function refuseMissing(path: string, known: ReadonlySet<string>): void {
  const below = [...known].filter((one) => isBelow(one, path));
  if (below.length > 0)
    throw new MissingSourcesError(
      `Expected ${path} to be there, since the wiki has claims of ${countOf(below)} there; nothing has this name now. Correct the path, or bring it back. If it is really gone, add --gone: the claims then go.`,
    );
}

function countOf(paths: readonly string[]): string {
  return paths.length === 1 ? "one source" : `${paths.length} sources`;
}

/** True for the path itself, and for one in the folder. Pure. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** True for a path without a file: nothing has the name, or a folder has it. */
export async function isGone(file: string): Promise<boolean> {
  return await lstat(file).then((status) => status.isDirectory(), isMissing);
}

/** The folder that decides about the sources below it. */
interface Place {
  readonly folder: string;
  /** `replaced`: a file has its name, so the folder is no volume that is missing. */
  readonly state: "filled" | "empty" | "gone" | "replaced";
}

/** The state of the folder of a path, or of the highest folder above it that is gone. Hidden files are nothing in it. */
async function findPlace(projectDir: string, path: string): Promise<Place> {
  let below: string | undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const names = await readdir(join(projectDir, folder)).catch(() => undefined);
    if (names === undefined && folder !== ".") {
      below = folder;
      continue;
    }
    if (folder !== "." && names?.every((name) => name.startsWith(".")) === true)
      return { folder, state: "empty" };
    if (below === undefined) return { folder, state: "filled" };
    const isReplaced = !(await isGone(join(projectDir, below)));
    return { folder: below, state: isReplaced ? "replaced" : "gone" };
  }
}
