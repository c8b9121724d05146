import { createHash } from "node:crypto";

/** A hash of values, each apart from the next. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Everything besides the text that the result of a unit depends on. The release of ktx is no part of it. */
export interface UnitRecipe {
  /** The hash of the prompt's text. */
  readonly prompt: string;
  /** The hash of the names, descriptions and schemas of the tools. */
  readonly tools: string;
  readonly model: string;
}

export interface UnitText {
  readonly path: string;
  readonly reader: string;
  readonly lines: readonly string[];
}

/** The key of a unit. The line numbers are no part of it: text that moved is the same text. */
export function unitKey(
  { path, reader, lines }: UnitText,
  { prompt, tools, model }: UnitRecipe,
): string {
  return hashOf("unit", path, reader, lines, prompt, tools, model);
}
