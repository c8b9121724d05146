import { join } from "node:path";
import type { Ledger } from "../apply/ledger.ts";
import type { Citation } from "../page/citation.ts";
import type { WikiPages } from "../page/wiki-page.ts";
import type { SourceText } from "../read/source-text.ts";
import { isGone } from "./missing-sources.ts";
import { planSource } from "./plan-ingest.ts";
import type { UnitRecipe } from "./unit-key.ts";

export interface MovedSourcesInput {
  readonly projectDir: string;
  /** The sources that the wiki has claims of. */
  readonly known: ReadonlySet<string>;
  readonly applied: Ledger["sources"];
  readonly sources: ReadonlyMap<string, SourceText>;
  readonly recipe: UnitRecipe;
}

/** A source with a new path whose text, or parts of it, is in the wiki under the old one. */
export interface MovedSource {
  readonly from: string;
  readonly to: string;
  /** The keys of the parts that are the same, as they are under the new path. */
  readonly keys: readonly string[];
}

/**
 * The known sources that now have another path: the file of the old path is gone, or says something else, and a file
 * that is not known has its text. Of several files with the text, the one with most of it counts, then the first.
 */
export async function findMovedSources(input: MovedSourcesInput): Promise<readonly MovedSource[]> {
  const { projectDir, known, applied, sources, recipe } = input;
  const fresh = [...sources.values()].filter(({ path }) => !known.has(path));
  if (fresh.length === 0) return [];
  const moved: MovedSource[] = [];
  for (const from of [...known].toSorted()) {
    const keys = new Set(applied[from]);
    if (keys.size === 0 || !(await hasLeft(join(projectDir, from), sources.get(from)))) continue;
    const found = fresh
      .filter(({ path }) => moved.every(({ to }) => to !== path))
      .map((source) => ({ from, to: source.path, keys: sharedKeys(source) }))
      .toSorted((a, b) => b.keys.length - a.keys.length)[0];
    if (found !== undefined && found.keys.length > 0) moved.push(found);

    function sharedKeys(source: SourceText): readonly string[] {
      const before = planSource({ ...source, path: from }, recipe);
      return planSource(source, recipe).flatMap(({ key }, index) =>
        keys.has(before[index]?.key ?? "") ? [key] : [],
      );
    }

    async function hasLeft(file: string, present: SourceText | undefined): Promise<boolean> {
      if (present === undefined) return await isGone(file);
      return planSource(present, recipe).every(({ key }) => !keys.has(key));
    }
  }
  return moved;
}

/** A citation at the new path of its source. */
export function followMove(citation: Citation, moved: readonly MovedSource[]): Citation {
  const source = moved.find(({ from }) => from === citation.source)?.to;
  return source === undefined ? citation : { ...citation, source };
}

/** The pages with the citations of moved sources at their new paths. Pure. */
export function followMoves(pages: WikiPages, moved: readonly MovedSource[]): WikiPages {
  if (moved.length === 0) return pages;
  const follow = <Said extends { readonly citations: readonly Citation[] }>(said: Said): Said => ({
    ...said,
    citations: said.citations.map((one) => followMove(one, moved)),
  });
  return new Map(
    [...pages].map(([name, page]) => [
      name,
      {
        ...page,
        claims: page.claims.map(follow),
        contradictions: page.contradictions.map(({ note, claims }) => ({
          note,
          claims: claims.map(follow),
        })),
      },
    ]),
  );
}
