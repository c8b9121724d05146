import { InvalidArgumentError } from "commander";

export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("Expected a whole number from 1.");
}

export function parseDays(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 0; 0 takes all that has ended.");
}

export function parseFactor(text: string): number {
  const factor = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && factor > 0) return factor;
  throw new InvalidArgumentError("Expected a number above 0, such as 2 or 0.5.");
}

export function parseMinutes(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 0; 0 does not wait.");
}

export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("Expected a port from 0 to 65535; 0 takes a free one.");
}

export function parseEffort(text: string): string {
  if (/^[a-z]{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected a word in lower case, such as low or high.");
}

export function parseUrl(text: string): string {
  const url = URL.parse(text);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (isHttp && url.username === "" && url.password === "" && url.search === "") return text;
  throw new InvalidArgumentError(
    "Expected an http or https URL without user, password and query, such as http://127.0.0.1:11434/v1.",
  );
}

/** Names between commas, each once. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => /^[\p{L}\p{N}][\p{L}\p{N}@._ -]{0,99}$/u.test(name)))
    return [...new Set(names)];
  throw new InvalidArgumentError("Expected names between commas, such as anna,ben.");
}

/** Each use of a repeatable option, in order. */
export function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}
