import { InvalidArgumentError } from "commander";

const longest = 100;

/** The name of a kept thread, as `--thread` gives it. It is not an id of Codex: some arguments take either. */
export function parseThreadName(text: string): string {
  const isName = text.trim() === text && text !== "" && text.length <= longest;
  if (isName && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text) && !looksLikeId(text)) return text;
  throw new InvalidArgumentError(
    `Expected a name of 1 to ${longest} characters, without line breaks and spaces around it, and not the id of a thread. ktx chat --resume takes an id.`,
  );
}

export function looksLikeId(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
