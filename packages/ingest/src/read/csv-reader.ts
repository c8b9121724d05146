import { z } from "zod";
import { decodeText, type SourceReader, toLines, UnreadableSource } from "./source-text.ts";

/** Rows below the header that a table is known by. */
const headRows = 40;

/**
 * The header and the first 40 rows, as they are. Later rows are data and not knowledge: a table that grows at its end
 * stays the same source.
 */
export const csvReader: SourceReader = {
  kind: "csv",
  content: "text",
  version: 1,
  read: async (bytes) => {
    const { parse } = await import("csv-parse/sync");
    const text = decodeText(bytes)
      .replace(/^\uFEFF/, "")
      .replaceAll(/\r\n?/g, "\n");
    const lines = toLines(text);
    const delimiter = findDelimiter(lines[0] ?? "");
    try {
      const rows = rowsSchema.parse(
        parse(text, {
          delimiter,
          to: headRows + 1,
          info: true,
          relax_column_count: true,
          relax_quotes: true,
          skip_empty_lines: true,
        }),
      );
      const header = rows[0]?.record ?? [];
      const end = rows.length > headRows ? (rows.at(-1)?.info.lines ?? lines.length) : lines.length;
      const isCut = lines.slice(end).some((line) => line.trim() !== "");
      return {
        lines: lines.slice(0, end),
        ...(isCut && {
          leftOut: `Its first ${headRows} rows are read, and ${lines.length - end} lines after them are not: later rows are data.`,
        }),
        outline:
          header.length === 0
            ? []
            : [{ line: 1, level: 1, title: header.join(", ").slice(0, 200) }],
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnreadableSource(
        `Expected CSV: ${reason}. Correct the file, or give it the ending .txt.`,
      );
    }
  },
};

const rowsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

/** The separator that the header has most of. */
function findDelimiter(header: string): string {
  const counted = [",", ";", "\t", "|"].map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).length,
  }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ",";
}
