import { isDbtManifest, writeDbtManifest } from "./dbt-manifest.ts";
import {
  decodeText,
  type OutlineEntry,
  type ReadText,
  reasonOf,
  type SourceReader,
  toLines,
  UnreadableSource,
} from "./source-text.ts";

/** A line above this length is not one that a person reads, so the text is laid out again. */
const longestLine = 2_000;

/** The lines as they are, or laid out again where a line is above 2,000 characters. The outline is the top-level keys. */
export const jsonReader: SourceReader = {
  kind: "json",
  content: "text",
  version: 1,
  read: (bytes) => {
    const text = decodeText(bytes);
    const value = parse(text);
    const written = toLines(text);
    const lines = written.some((line) => line.length > longestLine)
      ? toLines(JSON.stringify(value, null, 2))
      : written;
    return { lines, outline: outlineJson(lines) };
  },
};

/** The models, sources and columns of a dbt `manifest.json`, as text. */
export const dbtManifestReader: SourceReader = {
  kind: "dbt-manifest",
  content: "text",
  version: 1,
  read: (bytes): ReadText => {
    const value = parse(decodeText(bytes));
    if (!isDbtManifest(value))
      throw new UnreadableSource("Expected a dbt manifest with `nodes`, got another JSON value.");
    return writeDbtManifest(value);
  },
};

/** Top-level keys, and the elements of a top-level list, of JSON that is indented. */
function outlineJson(lines: readonly string[]): OutlineEntry[] {
  const indent = lines.map((line) => /^\s+/.exec(line)?.[0]).find((found) => found !== undefined);
  if (indent === undefined) return [];
  return lines.flatMap((line, index) => {
    const rest = line.startsWith(indent) ? line.slice(indent.length) : "";
    const title = /^"((?:[^"\\]|\\.)*)"\s*:/.exec(rest)?.[1] ?? (/^[[{]/.test(rest) ? "entry" : "");
    return title === "" ? [] : [{ line: index + 1, level: 1, title }];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UnreadableSource(
      `Expected JSON: ${reasonOf(error)}. Correct the file, or give it another ending.`,
    );
  }
}
