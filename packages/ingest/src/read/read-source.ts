import { constants, open } from "node:fs/promises";
import { extname } from "node:path";
import { csvReader } from "./csv-reader.ts";
import { isDbtManifest } from "./dbt-manifest.ts";
import { docxReader } from "./docx-reader.ts";
import { htmlReader } from "./html-reader.ts";
import { dbtManifestReader, jsonReader } from "./json-reader.ts";
import { markdownReader } from "./markdown-reader.ts";
import { pdfReader } from "./pdf-reader.ts";
import {
  reasonOf,
  type SourceKind,
  type SourceReader,
  type SourceText,
  UnreadableSource,
} from "./source-text.ts";
import { sqlReader } from "./sql-reader.ts";
import { textReader } from "./text-reader.ts";
import { yamlReader } from "./yaml-reader.ts";

/** The most bytes of one source. */
const maxSourceBytes = 20_000_000;

const readers: Readonly<Record<string, SourceReader>> = {
  ".md": markdownReader,
  ".markdown": markdownReader,
  ".mdx": markdownReader,
  ".txt": textReader,
  ".text": textReader,
  ".rst": textReader,
  ".log": textReader,
  ".html": htmlReader,
  ".htm": htmlReader,
  ".sql": sqlReader,
  ".ddl": sqlReader,
  ".yaml": yamlReader,
  ".yml": yamlReader,
  ".csv": csvReader,
  ".tsv": csvReader,
  ".json": jsonReader,
  ".pdf": pdfReader,
  ".docx": docxReader,
};

/** The reader of a kind and its version, such as `html@1`. */
export function readerOf(kind: SourceKind): string {
  const version = [...Object.values(readers), dbtManifestReader].find(
    (reader) => reader.kind === kind,
  )?.version;
  return `${kind}@${version ?? 0}`;
}

/** The endings of the files that ktx reads. */
export const readEndings: readonly string[] = Object.keys(readers);

/** A source, or the sentence that says why it is skipped. */
export type SourceReading =
  | { readonly ok: true; readonly source: SourceText }
  | {
      readonly ok: false;
      readonly path: string;
      readonly reason: string;
      /** True for a file that can be read, and in which nothing stands. */
      readonly isEmpty?: true;
    };

/** Reads one file. Whatever is wrong with it is its reason; nothing is thrown. */
export async function readSource(file: string, path: string): Promise<SourceReading> {
  if (!isReadable(path)) return await readContent(path, new Uint8Array());
  try {
    return await readContent(path, await readBounded(file));
  } catch (error) {
    return { ok: false, path, reason: describe(error) };
  }
}

/** True for a file whose name has an ending that ktx reads. */
export function isReadable(path: string): boolean {
  return extname(path).toLowerCase() in readers;
}

/** Reads the content of a file. Pure but for the loading of its reader. */
export async function readContent(path: string, content: Uint8Array): Promise<SourceReading> {
  const skip = (reason: string) => ({ ok: false, path, reason }) as const;
  const byName = readers[extname(path).toLowerCase()];
  if (byName === undefined)
    return skip(`No reader for this kind of file. ktx reads ${readEndings.join(", ")}.`);
  try {
    if (byName.content === "text" && !isUtf16(content) && content.subarray(0, 8_192).includes(0))
      return skip("The file is binary although its name says text. Remove it, or rename it.");
    const reader = byName === jsonReader && isManifest(content) ? dbtManifestReader : byName;
    const { lines, outline, leftOut } = await reader.read(content);
    if (lines.every((line) => line.trim() === ""))
      return { ...skip("The file has no text."), isEmpty: true };
    const { kind } = reader;
    const source = { path, kind, reader: readerOf(kind), lines, outline };
    return { ok: true, source: leftOut === undefined ? source : { ...source, leftOut } };
  } catch (error) {
    return skip(describe(error));
  }
}

async function readBounded(file: string): Promise<Uint8Array> {
  // A pipe is refused without a wait for its writer.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  await using handle = await open(file, flags);
  const status = await handle.stat();
  if (!status.isFile()) throw new UnreadableSource("Expected a file, got something else.");
  if (status.size > maxSourceBytes)
    throw new UnreadableSource(
      `Expected at most ${maxSourceBytes / 1e6} MB, got ${Math.round(status.size / 1e6)} MB. Split the file, or leave it out.`,
    );
  return await handle.readFile();
}

function isManifest(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('"dbt_schema_version"')) return false;
  try {
    return isDbtManifest(JSON.parse(text));
  } catch {
    return false;
  }
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function describe(error: unknown): string {
  if (error instanceof UnreadableSource) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EACCES" || code === "EPERM")
    return "The file may not be read. Change its permissions, or leave it out.";
  if (code === "ELOOP") return "The symbolic link leads to itself. Remove it.";
  if (code === "ENOENT") return "The file does not exist, or its symbolic link leads nowhere.";
  return `The file could not be read: ${reasonOf(error)}. Correct it, or leave it out.`;
}
