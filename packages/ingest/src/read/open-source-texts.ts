import { lstat, realpath } from "node:fs/promises";
import { extname, join } from "node:path";
import { openSources, type Sources } from "@ktx/wiki";
import { readEndings, readSource } from "./read-source.ts";

/**
 * The sources of a project as an ingest reads them, for `openWiki`: citations of HTML, PDF, DOCX and JSON count the
 * lines of their text. Other files are read as they are.
 */
export async function openSourceTexts(projectDir: string): Promise<Sources> {
  const root = await realpath(projectDir);
  const plain = await openSources(projectDir);
  const known = new Map<string, { readonly stamp: string; readonly text: string | undefined }>();
  const readText = async (path: string): Promise<string | undefined> => {
    const text = await plain.read(path);
    // The plain reader refuses links, and what is binary or big; the list has no links.
    if (text === undefined && (await plain.list?.())?.includes(path) !== true) return undefined;
    const reading = await readSource(join(root, path), path);
    // The line break behind the last line lets an empty one count.
    return reading.ok ? reading.source.lines.map((line) => `${line}\n`).join("") : text;
  };
  return {
    ...plain,
    read: async (path) => {
      if (!readEndings.includes(extname(path).toLowerCase())) return await plain.read(path);
      const status = await lstat(join(root, path)).catch(() => undefined);
      if (status === undefined) return undefined;
      const stamp = `${status.mtimeMs}:${status.size}:${status.ino}`;
      const found = known.get(path);
      if (found?.stamp === stamp) return found.text;
      const text = await readText(path);
      known.set(path, { stamp, text });
      return text;
    },
  };
}
