import { parseDocument } from "yaml";

/** The YAML between two lines of `---` at the start of a page. */
export interface FrontMatter {
  /** Its values; empty where the page has no front matter, or where it cannot be read. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The offsets of the YAML itself, without the two marks; absent where the page has no front matter. */
  readonly range?: { readonly start: number; readonly end: number };
  /** The offset at which the page's body starts. */
  readonly bodyStart: number;
  /** Why it cannot be read, with the page's line. */
  readonly problem?: { readonly line: number; readonly message: string };
}

/** Reads front matter; what cannot be read is a problem and no error, so that the page itself can be. Pure. */
export function parseFrontMatter(text: string): FrontMatter {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const opening = /^(---|\+\+\+)[ \t]*(\r?\n)/.exec(text.slice(start, start + 200));
  if (opening === null) return { values: {}, bodyStart: start };
  const [mark, kind = "---"] = opening;
  const from = start + mark.length;
  const closing =
    kind === "---" ? /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/gm : /^\+\+\+[ \t]*(?:\r?\n|$)/gm;
  closing.lastIndex = from;
  const end = closing.exec(text);
  if (end === null) return unclosed(text, start, from);
  const range = { start: from, end: end.index };
  const bodyStart = end.index + end[0].length;
  // The TOML of other tools is left alone.
  if (kind === "+++") return { values: {}, bodyStart };
  return { ...readYaml(text.slice(range.start, range.end)), range, bodyStart };
}

/** A first line of `---` may also be a rule across the page. */
function unclosed(text: string, start: number, from: number): FrontMatter {
  if (!/^[\w-]+:/.test(text.slice(from, from + 100))) return { values: {}, bodyStart: start };
  const message = "The front matter has no end: expected a line `---` after it.";
  return { values: {}, bodyStart: start, problem: { line: 1, message } };
}

function readYaml(yaml: string): Pick<FrontMatter, "values" | "problem"> {
  const plain = readPlain(yaml);
  if (plain !== undefined) return { values: plain };
  const document = parseDocument(yaml, { prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = yaml.slice(0, error.pos[0]).split("\n").length + 1;
    return {
      values: salvage(yaml),
      problem: { line, message: `The front matter is no YAML: ${error.message}` },
    };
  }
  try {
    const values: unknown = document.toJS({ maxAliasCount: 100 });
    if (isRecord(values)) return { values };
    if (values === null) return { values: {} };
  } catch {
    return {
      values: salvage(yaml),
      problem: { line: 2, message: "The front matter repeats itself too often by aliases." },
    };
  }
  return {
    values: {},
    problem: {
      line: 2,
      message: "The front matter is no mapping: expected lines such as `title: Refunds`.",
    },
  };
}

/**
 * Front matter of plain one-line values alone, as almost all of it is. Everything that YAML could read in another way
 * is left to its parser, which takes fifty times as long.
 */
function readPlain(yaml: string): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = Object.create(null);
  for (const line of yaml.split(/\r?\n/)) {
    if (line === "") continue;
    const [, key, value] = plainLine.exec(line) ?? [];
    const [, plainKey, list] = plainList.exec(line) ?? [];
    const name = key ?? plainKey;
    if (name === undefined || name in values) return undefined;
    values[name] =
      value ??
      list
        ?.split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
  }
  return values;
}

/** A value that begins with a letter, and has nothing with which a comment, a mapping or another type begins. */
const plainText = String.raw`(?!(?:true|false|null|yes|no|on|off)\s*$)\p{L}(?:[^:#\p{C}]*[^:#\p{C}\s])?`;
const plainLine = new RegExp(
  String.raw`^([A-Za-z][\w-]*): (${plainText}|\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\dT\d\d(?::\d\d){1,2}(?:\.\d+)?Z?)\s*$`,
  "iu",
);
const plainList =
  /^([A-Za-z][\w-]*): \[((?:\s*(?!(?:true|false|null|yes|no|on|off)\s*[,\]])[A-Za-z][\w /-]*\s*(?:,(?!\s*\]))?)*)\]\s*$/i;

/** The title of front matter that YAML cannot read, most often because of a colon in it. */
function salvage(yaml: string): Record<string, unknown> {
  const [, line] = /^title:[ \t]+(\S.*?)[ \t]*\r?$/m.exec(yaml) ?? [];
  const title = line?.replace(/^(["'])(.*)\1$/, "$2");
  return title === undefined || unfinished.test(title) ? {} : { title };
}

/** A list, a mapping or a quoted text without its end, and the marks of YAML that are no text. */
const unfinished = /^(?:\[[^\]]*|\{[^}]*|"[^"]*|'[^']*|[&*!|>%@`].*)$/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
