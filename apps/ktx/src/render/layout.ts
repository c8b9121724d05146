import { stripVTControlCharacters } from "node:util";

/** Breaks lines at spaces so that none is wider than `width`; words are never cut, list items hang. */
export function wrapText(text: string, width: number, indent = ""): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("\n");
}

/** Cuts to `width` characters, with an ellipsis as the last one where text is missing. */
export function truncate(text: string, width: number): string {
  const points = Array.from(text);
  return points.length <= width ? text : `${points.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** Foreign text for a terminal, without the characters that move the cursor or change colours. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\0-\x08\x0B-\x1F\x7F-\x9F]/g, "");
}

function wrapLine(line: string, width: number, indent: string): string {
  const hanging = indent + " ".repeat(/^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0].length ?? 0);
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) +/)) {
    const longer = current === "" ? indent + word : `${current} ${word}`;
    if (current !== "" && longer.length > width) {
      lines.push(current);
      current = hanging + word;
    } else current = longer;
  }
  return [...lines, current].join("\n").trimEnd();
}
