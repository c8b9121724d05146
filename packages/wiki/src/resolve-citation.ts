import type { NewCitation } from "./citation.ts";
import { hashLines, linesOfSource } from "./cited-lines.ts";
import { linesNear } from "./lines-near.ts";
import { isInside, type Sources } from "./sources.ts";
import { WikiError } from "./wiki-error.ts";

/** The lines that a footnote is to cite. */
export type CitedPlace = Pick<NewCitation, "id" | "source" | "from" | "to">;

/**
 * The citation of lines as they are now.
 *
 * @throws {WikiError} `citation` where there is no such file, or where it has no such lines.
 */
export async function resolveCitation(
  { id, source, from, to }: CitedPlace,
  sources: Sources,
): Promise<NewCitation> {
  const text = isInside(source) ? await sources.read(source) : undefined;
  if (text === undefined)
    throw new WikiError(
      "citation",
      `Citation ${id}: there is no source ${JSON.stringify(source)}. Cite a file by its path from the project's folder.`,
    );
  const hash = hashLines(text, { from, to });
  if (hash === undefined)
    throw new WikiError(
      "citation",
      `Citation ${id}: expected lines with text from 1 to ${linesOfSource(text).length} of ${source}, got ${from} to ${to}. Read the source, and cite lines that say it.`,
    );
  return { id, source, from, to, hash, near: linesNear(text, { from, to }) };
}
