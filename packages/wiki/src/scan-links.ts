export interface PageLink {
  /** `wiki`: `[[Page]]`; `markdown`: `[text](target)`; `html`: `<a href="target">`, `<img src="target">` and `srcset`. */
  readonly kind: "wiki" | "markdown" | "html";
  /** Its target as written, decoded, without the part after `#`; empty where it leads to its own page. */
  readonly target: string;
  /** The part after `#`, decoded. */
  readonly fragment?: string;
  /** The page's line; counts from 1. */
  readonly line: number;
  /** True for a picture, and for `![[…]]`. */
  readonly embedded: boolean;
}

const wikiLink =
  /(!?)\[\[([^[\]|#\n]{1,400})?(?:#([^[\]|\n]{0,400}))?(?:\\?\|[^[\]\n]{0,400})?\]\]/g;
/** Formulas on one line, in which brackets are brackets. An amount of money ends no formula. */
const math = /\$\$[^$]{1,400}\$\$|\$(?! )[^$]{1,400}(?<! )\$(?!\d)/g;
const linkLabel = String.raw`(?:[^[\]]|\[(?:[^[\]]|\[[^[\]]{0,200}\]){0,200}\]){0,400}`;
const punctuation = String.raw`[!-/:-@[-\x60{-~]`;
// Each alternative begins with another character, so that no line takes long.
const escaped = String.raw`\\${punctuation}|\\(?!${punctuation})`;
const inner = String.raw`\((?:${escaped}|[^\s()\\]|\((?:${escaped}|[^\s()\\]){0,200}\)){0,200}\)`;
const destination = String.raw`<(?:${escaped}|[^<>\n\\]){0,1000}>|(?!<)(?:${escaped}|[^\s()\\]|${inner}){0,1000}`;
const linkTitle = String.raw`(?:"(?:\\.|[^"\\]){0,400}"|'(?:\\.|[^'\\]){0,400}'|\([^()]{0,400}\))`;
/** `[label](target "title")`, or an image; the groups are its mark, label and target. */
export const markdownLink: RegExp = new RegExp(
  String.raw`(!?)\[(${linkLabel})\]\([ \t]*(${destination})(?:[ \t]+${linkTitle})?[ \t]*\)`,
  "g",
);
/** `[id]: target` */
export const linkDefinition: RegExp = new RegExp(
  String.raw`^ {0,3}\[(?!\^)[^\]]{1,400}\]:[ \t]*(<[^<>]{0,1000}>|(?!<)\S{1,1000})(?:[ \t]+${linkTitle})?[ \t]*$`,
);

const unescaped = String.raw`(?<=(?<!\\)(?:\\\\){0,100})`;
const attributes = String.raw`\b(?:[^<>"']|"[^"<>]{0,1000}"|'[^'<>]{0,1000}'){0,400}?\s`;
const attributeValue = String.raw`"([^"<>]{1,1000})"|'([^'<>]{1,1000})'|([^\s"'<>=\x60{}]{1,1000})`;
/**
 * `<img src="target">` or `<a href=target>`, on one line; the groups are the name of an image's tag, and the target in one
 * of three. A `<` behind a backslash is text.
 */
const htmlLink = new RegExp(
  String.raw`${unescaped}<(?:(img)${attributes}src|a${attributes}href)\s*=\s*(?:${attributeValue})`,
  "gi",
);
/** `srcset="a.png 1x, b.png 2x"` of a picture, on one line; the groups are its value in one of two. */
const htmlSources = new RegExp(
  String.raw`${unescaped}<(?:img|source)${attributes}srcset\s*=\s*(?:"([^"<>]{1,1000})"|'([^'<>]{1,1000})')`,
  "gi",
);

export interface LinkPlace {
  readonly line: number;
  /** True inside a paragraph, where no definition begins. */
  readonly isParagraph: boolean;
}

/** Adds the links of a line whose code and comments are blank. */
export function readLinks(
  visible: string,
  { line, isParagraph }: LinkPlace,
  links: PageLink[],
): void {
  if (visible.includes("<")) {
    for (const [, image, double, single, bare] of visible.matchAll(htmlLink))
      addLink("html", double ?? single ?? bare ?? "", image !== undefined);
    for (const [, double, single] of visible.matchAll(htmlSources))
      for (const source of sourcesOf(double ?? single ?? "")) addLink("html", source, true);
  }
  if (!visible.includes("[")) return;
  for (const [, mark, target = "", after] of visible.replaceAll(math, "").matchAll(wikiLink)) {
    // In a table, the bar in front of a label is `\|`.
    const [name = "", fragment] = [target, after].map((part) => part?.replace(/\\$/, "").trim());
    add({ kind: "wiki", target: name, fragment, embedded: mark === "!" });
  }
  addLinks(visible, true);
  const defined = isParagraph ? undefined : linkDefinition.exec(visible)?.[1];
  if (defined !== undefined) addLink("markdown", defined, false);

  /** @returns true where one is a link and no image. */
  function addLinks(text: string, mayNest: boolean): boolean {
    let hasLink = false;
    for (const [, mark, shown = "", written = ""] of text.matchAll(markdownLink)) {
      // An image that is a link has two targets; of links in links only the inner ones count.
      const isImage = mark === "!";
      const hasInner = mayNest && !isImage && shown.includes("](") && addLinks(shown, true);
      if (!hasInner) addLink("markdown", written, isImage);
      hasLink ||= !isImage;
    }
    return hasLink;
  }

  function addLink(kind: PageLink["kind"], written: string, embedded: boolean): void {
    const target = decodeTarget(written);
    if (isAddress(target) && !isFileAddress(target)) return;
    add({ kind, target, fragment: decodeFragment(written), embedded });
  }

  function add({
    fragment,
    ...link
  }: Pick<PageLink, "kind" | "target" | "embedded"> & {
    readonly fragment: string | undefined;
  }): void {
    if (link.target !== "" || fragment !== undefined)
      links.push({ ...link, line, ...(fragment !== undefined && { fragment }) });
  }
}

/** The addresses of a `srcset`; each has a width or a density behind it, but for one. */
function sourcesOf(srcset: string): readonly string[] {
  const parts = srcset.trim().split(/,\s+|(?<=\s\S{1,20}),/);
  return parts.map((part) => part.trim().split(/\s/)[0] ?? "").filter((part) => part !== "");
}

/** True for a link with a scheme or a host, which leads to no file. */
export function isAddress(target: string): boolean {
  return /^<?(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(target);
}

/** True for a link to a file of one machine. */
function isFileAddress(target: string): boolean {
  return /^(?:file:|[a-z]:[\\/])/i.test(target);
}

/** The target of a link, without brackets, escapes, percent signs, and the part after `#`. */
export function decodeTarget(written: string): string {
  const [path = ""] = withoutEscapes(written).split("#");
  return decodePercent(path);
}

/** A path as the target of a Markdown link: the inverse of `decodeTarget`. */
export function encodeTarget(path: string): string {
  return path.replaceAll(/[%#?<>()\s\\]/g, (character) =>
    encodeURIComponent(character).replaceAll(/[()]/g, percent),
  );
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The part of a link after `#`; undefined where it has none. */
function decodeFragment(written: string): string | undefined {
  const [, ...parts] = withoutEscapes(written).split("#");
  return parts.length === 0 ? undefined : decodePercent(parts.join("#"));
}

function withoutEscapes(written: string): string {
  return written
    .replace(/^<(.*)>$/, "$1")
    .replaceAll(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&amp;", "&");
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
