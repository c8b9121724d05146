import { compileOutputSchema, type OutputSchema, PartialAnswer } from "@ktx/structured-output";

/**
 * The JSON of an answer while the model writes it, as text that only grows. The model writes the strict form of the
 * schema; the text has the form of the schema itself.
 */
export class GrowingJson {
  readonly #begin: () => PartialAnswer;
  #answer: PartialAnswer;
  #shown = "";

  constructor(schema: OutputSchema) {
    this.#begin = () => new PartialAnswer((json) => compileOutputSchema(schema).decodeSoFar(json));
    this.#answer = this.#begin();
  }

  /** Another answer begins. */
  restart(): void {
    this.#answer = this.#begin();
    this.#shown = "";
  }

  /** The text that follows what was shown so far; empty where nothing can be said yet. */
  push(delta: string): string {
    const next = this.#answer.push(delta);
    return next === undefined ? "" : this.#grow(openText(next.value));
  }

  /** The rest of the whole text; undefined where it does not begin with what was shown. */
  finish(whole: string): string | undefined {
    return whole.startsWith(this.#shown) ? whole.slice(this.#shown.length) : undefined;
  }

  /** A value that does not continue the last one is not shown: the next one may. */
  #grow(text: string): string {
    if (!text.startsWith(this.#shown)) return "";
    const more = text.slice(this.#shown.length);
    this.#shown = text;
    return more;
  }
}

/** The beginning of the JSON of a value of which more may come: its last text, list or object stays open. Pure. */
export function openText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(withoutHalf(value)).slice(0, -1);
  if (Array.isArray(value)) return `[${inner(value.map((each) => ["", each] as const))}`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${inner(entries.map(([key, each]) => [`${JSON.stringify(key)}:`, each] as const))}`;
  }
  return JSON.stringify(value) ?? "";
}

function inner(entries: readonly (readonly [prefix: string, value: unknown])[]): string {
  return entries
    .map(([prefix, value], index) => {
      const isLast = index === entries.length - 1;
      return `${prefix}${isLast ? openText(value) : JSON.stringify(value)}`;
    })
    .join(",");
}

/** Without the first half of a pair, which would be written as an escape. */
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
