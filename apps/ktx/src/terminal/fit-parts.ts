import stringWidth from "string-width";
import { cutToWidth } from "./cut-to-width.ts";

/** The beginning of a line about the present. */
export const lineStart = "  …  ";

const separator = " · ";

/** One line about the present. Parts that do not fit are left out; the first one is cut. Pure. */
export function fitParts(parts: readonly (string | undefined)[], columns: number): string {
  const [first = "", ...others] = parts.filter((part) => part !== undefined && part !== "");
  return cutToWidth(addParts(lineStart + first, others, columns), columns);
}

/** The line with those of these parts that fit behind it. */
export function addParts(
  line: string,
  parts: readonly (string | undefined)[],
  columns: number,
): string {
  return parts.reduce<string>((before, part) => {
    if (part === undefined || part === "") return before;
    const longer = before === "" ? part : `${before}${separator}${part}`;
    return stringWidth(longer) <= columns ? longer : before;
  }, line);
}
