import type { Tokens } from "marked";
import stringWidth from "string-width";
import { flowSpans, type Span } from "./flow-spans.ts";
import { inlineSpans } from "./inline-spans.ts";
import { charactersOf, type DraftLine } from "../terminal/draft-line.ts";
import type { MarkdownStyle } from "./markdown-style.ts";

const separator = " │ ";
const noIndent = { first: "", rest: "" };

/** A table whose cells break between words. One with too many columns for the width is a list of its rows. */
export function tableLines(
  table: Tokens.Table,
  width: number,
  style: MarkdownStyle,
): readonly DraftLine[] {
  const header = table.header.map((cell) => inlineSpans(cell.tokens, style, style.strong));
  const rows = table.rows.map((row) => row.map((cell) => inlineSpans(cell.tokens, style)));
  const widths = fitColumns([header, ...rows], width - separator.length * (header.length - 1));
  if (widths === undefined) return listRows(header, rows, width);
  const line = (cells: readonly (readonly Span[])[]): DraftLine => {
    const flowed = widths.map((one, index) => flowSpans(cells[index] ?? [], one, noIndent));
    const height = Math.max(...flowed.map((lines) => lines.length));
    const text = Array.from({ length: height }, (_, row) =>
      flowed
        .map((lines, index) =>
          pad(lines[row] ?? "", widths[index] ?? 0, table.align[index] ?? null),
        )
        .join(style.faint(separator))
        .trimEnd(),
    ).join("\n");
    return { text, says: cells.map(textOf).join("") };
  };
  const rule = style.faint(widths.map((one) => "─".repeat(one)).join("─┼─"));
  return [line(header), rule, ...rows.map(line)];
}

/** The widths of the columns; undefined where their longest words do not fit beside each other. */
function fitColumns(
  rows: readonly (readonly (readonly Span[])[])[],
  room: number,
): readonly number[] | undefined {
  const columns = rows[0] ?? [];
  const measure = (of: (text: string) => number): number[] =>
    columns.map((_, index) => Math.max(1, ...rows.map((row) => of(textOf(row[index] ?? [])))));
  const wanted = measure((text) =>
    Math.max(...text.split("\n").map((line) => stringWidth(line.trim()))),
  );
  const least = measure((text) => Math.max(...text.split(/\s+/).map((word) => stringWidth(word))));
  if (sum(wanted) <= room) return wanted;
  if (sum(least) > room) return undefined;
  const widths = [...least];
  for (let left = room - sum(least); left > 0; left -= 1) {
    // The column that misses most gets the next one.
    const missing = widths.map((one, index) => (wanted[index] ?? 0) - one);
    const most = missing.indexOf(Math.max(...missing));
    widths[most] = (widths[most] ?? 0) + 1;
  }
  return widths;
}

/** Each row as lines of `column: cell`. */
function listRows(
  header: readonly (readonly Span[])[],
  rows: readonly (readonly (readonly Span[])[])[],
  width: number,
): readonly DraftLine[] {
  const shown = rows.length === 0 ? [[]] : rows;
  // The names of the columns stand in each row; they are said once.
  const names = charactersOf(header.map(textOf).join(""));
  return shown.flatMap((row, number) => [
    ...(number === 0 ? [] : [""]),
    ...header.flatMap((name, index) => {
      const spans = [...name, { text: ": ", paint: (text: string) => text }, ...(row[index] ?? [])];
      let unsaid = charactersOf(`${textOf(name)}:`).length;
      return flowSpans(spans, width, { first: "", rest: "  " }).map((text, place) => {
        const characters = charactersOf(text);
        const says = characters.slice(unsaid);
        unsaid = Math.max(0, unsaid - characters.length);
        return { text, says: number + index + place === 0 ? names + says : says };
      });
    }),
  ]);
}

function pad(text: string, width: number, align: Tokens.Table["align"][number]): string {
  const missing = Math.max(0, width - stringWidth(text));
  const before = align === "right" ? missing : align === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(missing - before);
}

function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join("");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
