import type { Citation } from "./citation.ts";

/** One statement with the lines that say it. */
export interface Claim {
  /** The heading under which it stands. */
  readonly section: string;
  /** One paragraph of Markdown. */
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** Claims that cannot all be true. Each stays where it is. */
export interface Contradiction {
  readonly note: string;
  readonly claims: readonly Pick<Claim, "text" | "citations">[];
}

/** A page as ktx writes it: claims in sections. */
export interface WikiPage {
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** The start of the run that wrote it, as an ISO time. */
  readonly updated: string;
  readonly claims: readonly Claim[];
  readonly contradictions: readonly Contradiction[];
}

/** The pages that ktx wrote, by name below `wiki/`. */
export type WikiPages = ReadonlyMap<string, WikiPage>;

/** The words of a text, by which two texts are found alike. */
export function normalise(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Two claims with one key are the same text: white space, emphasis and the last full stop alone may differ. */
export function claimKey(text: string): string {
  return text
    .normalize("NFC")
    .replaceAll(/\*\*|__/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.。]+$/, "");
}

/** Names are ordered by their code units: the same on every machine. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
