import stringWidth from "string-width";
import { normalise } from "./normalise.ts";
import type { ScreenLine } from "./screen.ts";

/**
 * The words that the terminal itself broke, although each had fitted on a line of its own.
 *
 * @param code lines that stay whole, so that they can be copied.
 */
export function findBrokenWords(
  lines: readonly ScreenLine[],
  columns: number,
  code: readonly string[] = [],
): readonly string[] {
  return lines.flatMap((rows) => {
    const line = rows.join("");
    if (code.includes(line.trim())) return [];
    const indent = line.length - line.trimStart().length;
    let end = 0;
    return rows.slice(0, -1).flatMap((row) => {
      end += row.length;
      const word = wordAround(line, end);
      return word !== "" && stringWidth(word) <= columns - indent ? [word] : [];
    });
  });
}

/** The word that has characters on both sides of a place; empty where none has. */
function wordAround(line: string, place: number): string {
  const before = /\S*$/.exec(line.slice(0, place))?.[0] ?? "";
  const after = /^\S*/.exec(line.slice(place))?.[0] ?? "";
  return before === "" || after === "" ? "" : before + after;
}

/** The words of a text that are not in another one. Rules of tables, and what a cut has shortened, do not count. */
export function findLostWords(
  text: readonly ScreenLine[],
  other: readonly ScreenLine[],
): readonly string[] {
  const kept = new Set(wordsOf(other));
  const cuts = other.map(joined).flatMap((line) => (line.includes("…") ? line.split("…", 1) : []));
  const whole = text.filter((rows) => {
    const line = joined(rows);
    return !line.includes("…") && !cuts.some((start) => start !== "" && line.startsWith(start));
  });
  return [...new Set(wordsOf(whole))].filter((word) => !kept.has(word));
}

function joined(rows: ScreenLine): string {
  return rows.join("").replaceAll(/\s+/g, " ").trim();
}

function wordsOf(lines: readonly ScreenLine[]): readonly string[] {
  const text = lines.map((rows) => rows.join(""));
  return normalise(text.join(" ").replaceAll(/\s+/g, " "))
    .replaceAll(/\b0 s\b/g, "0 ms")
    .split(/[\s─│┼├┤]+/)
    .filter((word) => word !== "");
}
