import { realpath } from "node:fs/promises";
import { extname, posix, resolve } from "node:path";
import { readConfined, statConfined } from "./confined-folder.ts";
import { walkConfined } from "./walk-folder.ts";
import { WikiError } from "./wiki-error.ts";

/** The files that pages cite. */
export interface Sources {
  /**
   * The text of a file. Citations count its lines.
   *
   * @param path from the project's folder, with `/`.
   * @returns undefined where there is no such file.
   * @throws {WikiError} `source-unreadable` where there is one, and its text cannot be read.
   */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Files to look in for lines whose file is gone. @default none */
  readonly list?: () => Promise<readonly string[]>;
  /**
   * True where something has this path: a file, a folder, a link. True also where nobody can tell.
   *
   * @default the links to files that are no pages are not checked
   */
  readonly has?: (path: string) => Promise<boolean>;
}

export interface SourcesOptions {
  /**
   * Extracts the text of a file that is not plain text, such as a PDF or a DOCX. It must give the same text for the same bytes,
   * since citations hash its lines. An error makes the file unreadable, with the error's message as the reason.
   *
   * @returns undefined where the file is read as plain text.
   */
  readonly toText?: (file: SourceFile) => Promise<string | undefined>;
}

export interface SourceFile {
  /** From the project's folder, with `/`. */
  readonly path: string;
  /** In lower case, with its dot; empty where the name has none. */
  readonly extension: string;
  readonly content: Uint8Array;
}

/** A larger source is not read. */
const maxSourceBytes: number = 64 * 1024 * 1024;

/**
 * The files below a folder. Links are not followed. UTF-8, and UTF-16 with its byte order mark, are texts; a file with
 * a zero byte, or above 64 MiB, cannot be read.
 */
export async function openSources(
  projectDir: string,
  { toText }: SourcesOptions = {},
): Promise<Sources> {
  const root = await realpath(resolve(projectDir));
  return {
    read: async (path) => {
      if (!isInside(path)) return undefined;
      const content = readBytes(root, path);
      if (content === undefined) return undefined;
      const extension = extname(path).toLowerCase();
      let extracted: string | undefined;
      try {
        extracted = await toText?.({ path, extension, content });
      } catch (error) {
        throw unreadable(path, error instanceof Error ? error.message : "it has no text", error);
      }
      return extracted ?? decode(path, content);
    },
    has: async (path) => {
      if (!isInside(path)) return false;
      try {
        return statConfined(root, path) !== undefined;
      } catch (error) {
        // A link on the way, which is not followed, or a folder that cannot be read.
        if (error instanceof WikiError) return true;
        throw error;
      }
    },
    list: () =>
      Promise.resolve(
        walkConfined(root, {
          accepts: () => true,
          enters: (folder) => !/(?:^|\/)(?:node_modules|target|dist|dbt_packages)$/.test(folder),
          maxFiles: 20_000,
        }).map(({ path }) => path),
      ),
  };
}

function readBytes(root: string, path: string): Buffer | undefined {
  try {
    return readConfined(root, path, maxSourceBytes);
  } catch (error) {
    if (error instanceof WikiError)
      throw new WikiError("source-unreadable", error.message, { cause: error });
    throw error;
  }
}

function decode(path: string, content: Buffer): string {
  if (content[0] === 0xff && content[1] === 0xfe)
    return new TextDecoder("utf-16le").decode(content);
  if (content[0] === 0xfe && content[1] === 0xff)
    return new TextDecoder("utf-16be").decode(content);
  if (content.includes(0)) throw unreadable(path, "it has zero bytes, and so is no text");
  return content.toString("utf8");
}

function unreadable(path: string, reason: string, cause?: unknown): WikiError {
  return new WikiError(
    "source-unreadable",
    `Expected ${path} to be a text, and it could not be read: ${reason.replace(/\.$/, "")}. Cite another file, or give a reader for this kind.`,
    { cause },
  );
}

/** A path that stays below its folder, in the only form in which it can be written. */
export function isInside(path: string): boolean {
  return (
    path !== "" &&
    !path.includes("\\") &&
    !path.includes("\0") &&
    posix.normalize(path) === path &&
    !/^(?:\/|\.\.?(?:\/|$)|[a-z]:)/i.test(path)
  );
}
