import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

/** The lines as they are. The outline is the top-level keys, the entries of their lists, and documents. */
export const yamlReader: SourceReader = {
  kind: "yaml",
  content: "text",
  version: 1,
  read: async (bytes) => {
    const { LineCounter, isMap, isScalar, isSeq, parseAllDocuments } = await import("yaml");
    const text = decodeText(bytes).replaceAll(/\r\n?/g, "\n");
    const counter = new LineCounter();
    const outline: OutlineEntry[] = [];
    const add = (offset: number | undefined, level: number, title: string): void => {
      if (offset !== undefined) outline.push({ line: counter.linePos(offset).line, level, title });
    };
    // A document with an error is still text; it has no outline.
    for (const document of parseAllDocuments(text, { lineCounter: counter, logLevel: "silent" })) {
      const { contents } = document;
      if (document.errors.length > 0 || !isMap(contents)) continue;
      for (const { key, value } of contents.items) {
        if (!isScalar(key)) continue;
        add(key.range?.[0], 1, String(key.value));
        if (!isSeq(value)) continue;
        for (const item of value.items) {
          const name = isMap(item) ? item.get("name") : undefined;
          if (isMap(item))
            add(item.range?.[0], 2, typeof name === "string" ? name : String(key.value));
        }
      }
    }
    return { lines: toLines(text), outline };
  },
};
