import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "./read-if-there.ts";

export interface WikiFiles {
  /** The Markdown files below `wiki/`, by name with `/`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Pages that may not be written, and the reason. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** Reads the wiki. Symbolic links are neither followed nor written through. */
export async function readWiki(wiki: string): Promise<WikiFiles> {
  const texts = new Map<string, string>();
  const blocked = new Map<string, string>();
  const walk = async (folder: string, prefix: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${prefix}${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await walk(join(folder, entry.name), `${name}/`);
      else if (entry.name.endsWith(".md")) {
        const page = entry.isFile()
          ? await readPage(join(folder, entry.name))
          : { problem: "The page is a symbolic link." };
        if ("text" in page) texts.set(name, page.text);
        else blocked.set(name, page.problem);
      }
    }
  };
  await walk(wiki, "");
  return { texts, blocked };
}

/** The text of a page that is there, or the reason why it is not read. */
async function readPage(
  file: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EACCES" || code === "EPERM") return undefined;
    throw error;
  });
  if (bytes === undefined) return { problem: "The page cannot be read." };
  try {
    // Other bytes would not survive a change of the page.
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: "The page is not UTF-8." };
  }
}

/** The reason why a page may not be written: a part of its path is a link or a file. */
export async function findBlock(wiki: string, page: string): Promise<string | undefined> {
  const parts = page.split("/");
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join("/");
    const status = await lstat(join(wiki, part)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (status === undefined) return undefined;
    const isLast = index === parts.length - 1;
    if (isLast ? !status.isFile() : !status.isDirectory())
      return `Expected wiki/${part} to be a ${isLast ? "file" : "folder"}, got something else.`;
  }
  return undefined;
}
