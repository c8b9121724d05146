import type { Patch } from "../reconcile/patch.ts";
import { checkClaimText } from "../run/claim-text.ts";
import { ReviewError } from "./review-error.ts";

/** The new claims of a set, one in a line behind its name, so that a person can edit them. */
export function draftOfSet({ pages }: Patch): string {
  const lines = numbered(pages).map(([name, { page, text }]) => `${name} ${page} | ${text}`);
  return `${lines.join("\n")}\n`;
}

/**
 * The patch with the texts of an edited draft; a claim whose line was removed is left out.
 *
 * @throws {ReviewError} for a line that names no claim, and for a text that may not stand in a page.
 */
export function readSetDraft({ pages, notes }: Patch, draft: string): Patch {
  const known = new Map(numbered(pages).map(([name, { page, index }]) => [name, { page, index }]));
  const texts = new Map<string, string>();
  for (const line of draft.split(/\r?\n/).filter((one) => one.trim() !== "")) {
    const [, name = "", said = ""] = /^(n\d+) [^|]* \| (.*)$/.exec(line) ?? [];
    if (!known.has(name))
      throw new ReviewError(
        `Expected lines such as "n1 orders.md | The claim.", with the names of the draft; got ${JSON.stringify(line.slice(0, 80))}.`,
      );
    const checked = checkClaimText(said);
    if ("problem" in checked) throw new ReviewError(`${name}: ${checked.problem}`);
    texts.set(name, checked.text);
  }
  const names = new Map([...known].map(([name, { page, index }]) => [`${index} ${page}`, name]));
  const edited = pages.map((page) => ({
    ...page,
    claims: page.claims.flatMap((claim, index) => {
      const text = texts.get(names.get(`${index} ${page.page}`) ?? "");
      return text === undefined ? [] : [{ ...claim, text }];
    }),
  }));
  return { pages: edited.filter(({ claims }) => claims.length > 0), notes };
}

interface NumberedClaim {
  readonly page: string;
  readonly text: string;
  /** Among the claims of its page. */
  readonly index: number;
}

function numbered(pages: Patch["pages"]): readonly (readonly [string, NumberedClaim])[] {
  return pages
    .flatMap(({ page, claims }) => claims.map(({ text }, index) => ({ page, text, index })))
    .map((claim, at) => [`n${at + 1}`, claim] as const);
}
