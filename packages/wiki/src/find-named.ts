import { toPageName } from "./page-name.ts";

export interface NamedPage<Found> {
  /** Its name below the wiki's folder. */
  readonly name: string;
  /** Undefined where there is no such page. */
  readonly found: Found | undefined;
}

/**
 * The page that a model names: by its name below the wiki's folder, or by its path from the project's, as a listing of
 * files shows it. A page in a folder of the wiki that has the wiki's own name comes first.
 *
 * @param folder the wiki's folder, from the project's.
 * @throws {WikiError} `page-name`
 */
export async function findNamed<Found>(
  given: string,
  folder: string,
  read: (name: string) => Promise<Found | undefined>,
): Promise<NamedPage<Found>> {
  const name = toPageName(given);
  const found = await read(name);
  if (found !== undefined || folder === "" || !name.startsWith(`${folder}/`))
    return { name, found };
  const below = toPageName(name.slice(folder.length + 1));
  return { name: below, found: await read(below) };
}
