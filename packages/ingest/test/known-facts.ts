/** Sources with known facts, for tests of whole ingests. */
export interface KnownFacts {
  readonly sources: Readonly<Record<string, string>>;
  /** Each fact, and the files that say it. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
  /** Facts of which two sources name different numbers. */
  readonly contradictions: readonly (readonly [string, string])[];
}

const fact = (subject: number, property: number, value: number): string =>
  `A gadget${subject} has ${value} of metric ${wordOf(property)}.`;

/** A word of its own for each number, without digits. */
function wordOf(value: number): string {
  return String(value).replaceAll(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));
}

/**
 * Generates sources, two facts of its own in each. Every fourth source repeats a fact of the one before it; some name
 * another number for one.
 *
 * @param contradictory the number of contradictions; at most a tenth of the sources.
 */
export function makeKnownFacts(count: number, contradictory: number): KnownFacts {
  const facts = new Map<string, string[]>();
  const sources: Record<string, string> = {};
  const contradictions: (readonly [string, string])[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `sources/${String(index).padStart(3, "0")}.${index % 3 === 0 ? "sql" : "md"}`;
    const own = [fact(index, index, 10), fact(index, index + 1_000, 20)];
    if (index % 4 === 3) own.push(fact(index - 1, index - 1, 10));
    if (index % 10 === 5 && contradictions.length < contradictory) {
      own.push(fact(index - 1, index + 999, 21));
      contradictions.push([fact(index - 1, index + 999, 20), fact(index - 1, index + 999, 21)]);
    }
    const mark = name.endsWith(".sql") ? "-- " : "- ";
    sources[name] = own.map((text) => `${mark}${text}\n`).join("\n");
    for (const text of own) facts.set(text, [...(facts.get(text) ?? []), name]);
  }
  return { sources, facts, contradictions };
}
