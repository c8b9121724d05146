import { inspect } from "node:util";

/** A key with every kind of character that some notation escapes, all of which a header can carry. */
export const plantedKey = `mk/4f1c+9e7a"made&up<key>=%Zz\\end`;

export const unicodeEscaped: string = Array.from(
  plantedKey,
  (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
).join("");

export const urlEscaped: string = encodeURIComponent(plantedKey);
export const basicHeader: string = `Basic ${Buffer.from(`me:${plantedKey}`).toString("base64")}`;

/** Pieces that show the key in any notation; each is long enough to be nowhere else. */
const traces: readonly string[] = [
  "mk/4f1c+9e",
  String.raw`mk\/4f1c+9e`,
  "mk%2F4f1c%2B9e",
  "made&up<ke",
  "made&amp;up&lt;ke",
  "made%26up%3Cke",
  "up<key>=%Zz",
  "=%Zz\\",
  unicodeEscaped.slice(0, 48),
  Buffer.from(plantedKey).toString("base64").slice(4, 24),
  Buffer.from(` ${plantedKey}`).toString("base64").slice(4, 24),
  Buffer.from(`  ${plantedKey}`).toString("base64").slice(4, 24),
  Buffer.from(plantedKey).toString("hex").slice(0, 32),
];

/** What shows the key in a value, as deep as it goes; empty where nothing does. */
export function tracesIn(value: unknown): readonly string[] {
  const shown = show(value);
  return traces.filter((trace) => shown.includes(trace));
}

/** Everything of a value: hidden properties, stacks, causes, getters. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    getters: true,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
  });
}
