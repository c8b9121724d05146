import stringWidth from "string-width";
import { cutToWidth } from "./cut-to-width.ts";

/** The beginning of a line about the present. */
export const lineStart = "  …  ";

const separator = " · ";

/** One line about the present. Parts that do not fit are left out; the first one is cut. Pure. */
export function fitParts(parts: readonly (string | undefined)[], columns: number): string {
  const [first = "", ...others] = parts.filter((part) => part !== undefined && part !== "");
  let line = lineStart + first;
  for (const part of others) {
    const longer = `${line}${separator}${part}`;
    if (stringWidth(longer) <= columns) line = longer;
  }
  return cutToWidth(line, columns);
}
