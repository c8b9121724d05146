/** A wording that the rules for words rule out. */
export interface FoundWords {
  /** Counts from 1. */
  readonly line: number;
  readonly rule: string;
  /** The line, trimmed. */
  readonly text: string;
}

/** The rules for words that a pattern can see, each with its advice. */
const rules: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['write "cannot"', /\bcan not\b/i],
  ["start with the subject", /^\s*(?:\/\*\*|\*|\/\/) ?(?:What|How|Whether)\b(?![^.]*\?)/],
  ['say who reads or receives it, not who "is told"', /\b(?:is|are|was|were|be|been) told\b/i],
  ['name the subject, not what "tells of" it', /\b(?:tell|tells|told) of\b/i],
  ['write "is not a …" or "has no …"', /\b(?:is|are) none\b/i],
  ['write "again" or "new"', /\banew\b/i],
  ['say what the text is, not that it is "in words"', /\bin words\b/i],
  ['write "still" or leave it out', /\ball the same\b/i],
  ['write "is" or "gives"', /\b(?:come|comes|came) to\b/i],
  ["name the cause", /\bwhat stands behind\b/i],
];

/** The wordings in a text that the rules rule out, in the order of its lines. Pure. */
export function findWords(text: string): readonly FoundWords[] {
  return text
    .split("\n")
    .flatMap((content, index) =>
      rules
        .filter(([, pattern]) => pattern.test(content))
        .map(([rule]) => ({ line: index + 1, rule, text: content.trim() })),
    );
}
