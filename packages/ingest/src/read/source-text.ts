/** The kinds of sources that ktx reads. */
export const sourceKinds = [
  "markdown",
  "text",
  "html",
  "sql",
  "yaml",
  "dbt-manifest",
  "csv",
  "json",
  "pdf",
  "docx",
] as const;

export type SourceKind = (typeof sourceKinds)[number];

/** A place where a source may be split: a heading, a statement, a top-level key, a page. */
export interface OutlineEntry {
  /** From 1. */
  readonly line: number;
  /** 1 for the top level. */
  readonly level: number;
  readonly title: string;
}

/** The text of a source, by lines. Line 1 is `lines[0]`; citations count in these lines. */
export interface ReadText {
  readonly lines: readonly string[];
  readonly outline: readonly OutlineEntry[];
  /** A sentence about what of the file is not among the lines; absent where all of it is. */
  readonly leftOut?: string;
}

export interface SourceText extends ReadText {
  /** From the project's folder, with `/`. */
  readonly path: string;
  readonly kind: SourceKind;
  /** The reader and its version, such as `html@1`. A part of the key of a unit. */
  readonly reader: string;
}

/** Turns the bytes of one kind of source into text. */
export interface SourceReader {
  readonly kind: SourceKind;
  /** A file of `text` with a zero byte near its beginning is refused before it is read. */
  readonly content: "text" | "binary";
  /** Raised when the text that it gives for the same bytes changes. */
  readonly version: number;
  /** @throws {UnreadableSource} for bytes that are not of its kind. */
  readonly read: (bytes: Uint8Array) => ReadText | Promise<ReadText>;
}

/** The bytes are not what their name says. The message is a sentence for people. */
export class UnreadableSource extends Error {
  override readonly name = "UnreadableSource";
}

/** The reason of an error of a library, without the words of its engine. */
export function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (/maximum call stack|too much recursion/i.test(said)) return "it is nested too deep";
  if (/invalid string length|array buffer allocation/i.test(said)) return "it is too long";
  const plain = said
    .replace(/^(?:\w+:\s*)?\[xmldom \w+\]\s*/i, "")
    .replace(/^element parse error:\s*(?:Error:\s*)?/i, "")
    .split("\n")[0]
    ?.replace(/[.:\s]+$/, "");
  return plain === undefined || plain === "" ? "its content is broken" : plain;
}

/** The lines of a text, without their ends; a line break at the end starts no line. */
export function toLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The text of UTF-8 or UTF-16 bytes. @throws {UnreadableSource} for any other encoding. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableSource(
      "Expected text in UTF-8 or UTF-16, got other bytes. Convert the file to UTF-8.",
    );
  }
}
