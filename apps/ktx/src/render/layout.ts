import stringWidth from "string-width";
import { neutralise } from "../terminal/neutralise.ts";

export { cutToWidth as truncate } from "../terminal/cut-to-width.ts";
export { neutralise as plain } from "../terminal/neutralise.ts";

/** Foreign text in one line of a terminal, such as an entry of a list. */
export function oneLine(text: string): string {
  return neutralise(text).replaceAll(/\s+/g, " ").trim();
}

/** Breaks lines at spaces so that none is wider than `width`; words are never cut, list items hang. */
export function wrapText(text: string, width: number, indent = ""): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("\n");
}

function wrapLine(line: string, width: number, indent: string): string {
  const hanging = indent + " ".repeat(/^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0].length ?? 0);
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) +/)) {
    const longer = current === "" ? indent + word : `${current} ${word}`;
    if (current !== "" && stringWidth(longer) > width) {
      lines.push(current);
      current = hanging + word;
    } else current = longer;
  }
  return [...lines, current].join("\n").trimEnd();
}
