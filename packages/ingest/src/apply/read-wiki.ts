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
    for (const entry of entries) {
      const name = `${prefix}${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await walk(join(folder, entry.name), `${name}/`);
      else if (entry.name.endsWith(".md")) {
        const text = entry.isFile() ? await readPage(join(folder, entry.name)) : undefined;
        if (text !== undefined) texts.set(name, text);
        else if (entry.isFile()) blocked.set(name, "The page cannot be read.");
        else blocked.set(name, "The page is a symbolic link.");
      }
    }
  };
  await walk(wiki, "");
  return { texts, blocked };
}

/** Undefined for a page that is there, and that ktx may not read. */
async function readPage(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EACCES" || code === "EPERM") return undefined;
    throw error;
  });
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
