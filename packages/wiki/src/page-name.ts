import { WikiError } from "./wiki-error.ts";

const maxSegmentBytes = 200;
const maxNameBytes = 1_000;

/**
 * Checks the name of a page: a path below the wiki's folder with `/`, that ends with `.md`, in a form that every
 * file system and Git can hold. Pure.
 *
 * @returns the name in Unicode's composed form.
 * @throws {WikiError} `page-name`
 */
export function checkPageName(name: string): string {
  return checkAs(name, name);
}

/** @param given the name as somebody gave it, for the error. */
function checkAs(name: string, given: string): string {
  const problem = problemOf(name);
  if (problem === undefined) return name.normalize("NFC");
  throw new WikiError(
    "page-name",
    `Expected the name of a page, such as "refunds.md" or "finance/refunds.md", got ${shown(given)}: ${problem}. Choose another name.`,
  );
}

/**
 * Checks the name of a page that may be there: others have named it, and any name that stays inside is right. Pure.
 *
 * @returns the name as it is.
 * @throws {WikiError} `page-name`
 */
export function checkPagePath(name: string): string {
  return checkPathAs(name, name);
}

function checkPathAs(name: string, given: string): string {
  const parts = name.split("/");
  if (
    name.includes("\0") ||
    name.includes("\\") ||
    parts.some((part) => part === "" || part.startsWith(".")) ||
    !/\.md$/i.test(name)
  )
    checkAs(name, given);
  return name;
}

/** Adds the `.md` that a person or a model left out. */
export function toPageName(text: string): string {
  return checkPathAs(/\.md$/i.test(text) ? text : `${text}.md`, text);
}

function problemOf(name: string): string | undefined {
  if (!name.isWellFormed()) return "it is not valid Unicode";
  if (Buffer.byteLength(name) > maxNameBytes) return `it has more than ${maxNameBytes} bytes`;
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name)) return "it has characters that are not visible";
  if (/[\\:*?"<>|]/.test(name)) return 'it has one of \\ : * ? " < > |';
  if (name.startsWith("/")) return "it begins at the root";
  if (!name.endsWith(".md")) return "it does not end with .md";
  return name.split("/").map(problemOfSegment).find(Boolean);
}

function problemOfSegment(segment: string): string | undefined {
  if (segment === "") return "it has an empty part";
  if (segment.startsWith(".")) return "a part begins with a dot";
  if (/^\s|[\s.]$/.test(segment)) return "a part begins or ends with a space, or ends with a dot";
  if (Buffer.byteLength(segment) > maxSegmentBytes)
    return `a part has more than ${maxSegmentBytes} bytes`;
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(segment)) return "Windows reserves a part";
  return undefined;
}

/** A name in an error: short, and without characters that a terminal obeys. */
function shown(name: string): string {
  const text = JSON.stringify(name.toWellFormed().slice(0, 80));
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
