import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";
import { sqlRulesOf } from "./sql-quotes.ts";
import { splitSql } from "./split-sql.ts";

/** The lines as they are. The outline is the statements. */
export const sqlReader: SourceReader = {
  kind: "sql",
  content: "text",
  version: 1,
  read: (bytes) => {
    const text = decodeText(bytes);
    return { lines: toLines(text), outline: outlineSql(text.replaceAll(/\r\n?/g, "\n")) };
  },
};

function outlineSql(text: string): OutlineEntry[] {
  return splitSql(text, sqlRulesOf(text)).map(({ line, text: statement }) => ({
    line,
    level: 1,
    title: statement.replaceAll(/\s+/g, " ").trim().slice(0, 80),
  }));
}
