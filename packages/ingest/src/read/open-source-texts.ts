import { contentHash, openSources, type Sources } from "@ktx/wiki";
import { isReadable, readContent } from "./read-source.ts";

/**
 * The sources of a project as an ingest reads them, for `openWiki`: citations of HTML, PDF, DOCX and JSON count the
 * lines of their text. Other files are read as they are.
 */
export async function openSourceTexts(projectDir: string): Promise<Sources> {
  const known = new Map<string, { readonly hash: string; readonly text: string | undefined }>();
  return await openSources(projectDir, {
    toText: async ({ path, content }) => {
      if (!isReadable(path)) return undefined;
      const hash = contentHash(content);
      const found = known.get(path);
      if (found?.hash === hash) return found.text;
      const reading = await readContent(path, content);
      // The line break behind the last line lets an empty one count.
      const text = reading.ok
        ? reading.source.lines.map((line) => `${line}\n`).join("")
        : undefined;
      known.set(path, { hash, text });
      return text;
    },
  });
}
