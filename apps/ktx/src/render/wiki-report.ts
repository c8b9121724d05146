import type { CliIo } from "../cli-io.ts";
import type { WhyCitation, WikiAnswer } from "../wiki/ask-wiki.ts";
import { plain, wrapText } from "./layout.ts";
import { createStyle, type Style } from "./style.ts";
import { textWidth } from "./text-width.ts";

/** The answer of `ktx wiki` for people. A page is shown as it is. */
export function renderWikiAnswer(
  answer: WikiAnswer,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  switch (answer.type) {
    case "read":
      return answer.page.text.endsWith("\n") ? answer.page.text : `${answer.page.text}\n`;
    case "search":
      return answer.hits
        .map(({ name, title, summary, snippet }) =>
          entry(style, width, { name, title, texts: [summary, snippet] }),
        )
        .join("");
    case "list":
      return answer.pages
        .map(({ name, title, summary, tags }) =>
          entry(style, width, {
            name,
            title,
            texts: [summary, tags.map((tag) => `#${tag}`).join(" ")],
          }),
        )
        .join("");
    case "why":
      return answer.citations.length === 0
        ? `${flat(answer.page)} cites nothing.\n`
        : answer.citations.map((citation) => `${renderCitation(citation, style)}\n`).join("");
    case "used-by":
      return answer.pages.map((page) => `${flat(page)}\n`).join("");
    case "cite":
      return `${answer.footnote}\n`;
    case "check":
      return renderCheck(answer, style, width);
  }
}

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly texts: readonly string[];
}

function entry(style: Style, width: number, { name, title, texts }: Entry): string {
  const below = texts
    .filter((text) => text !== "")
    .map((text) => wrapText(flat(text), width, "  "));
  return `${[`${style.bold(flat(name))}  ${flat(title)}`, ...below].join("\n")}\n`;
}

function renderCitation(
  { id, source, from, to, state, movedTo }: WhyCitation,
  style: Style,
): string {
  const place = `[^${flat(id)}] ${flat(source)}:${rangeOf(from, to)}`;
  if (state === "fine") return `${place}  ${style.good("fine")}`;
  const now =
    movedTo === undefined ? "" : ` to ${flat(movedTo.source)}:${rangeOf(movedTo.from, movedTo.to)}`;
  return `${place}  ${style.warn(state)}${now}`;
}

function rangeOf(from: number, to: number): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

function renderCheck(
  { pages, citations, findings }: Extract<WikiAnswer, { readonly type: "check" }>,
  style: Style,
  width: number,
): string {
  const lines = findings.map(({ page, line, kind, message }) =>
    wrapText(`${flat(page)}:${line} ${style.warn(kind)} ${flat(message)}`, width),
  );
  const states = Object.entries(citations).filter(([, count]) => count > 0);
  const total = states.reduce((sum, [, count]) => sum + count, 0);
  const cited =
    total === 0 ? "" : ` (${states.map(([state, count]) => `${count} ${state}`).join(", ")})`;
  const verdict =
    findings.length === 0 ? style.good("No findings") : counted(findings.length, "finding");
  const sum = `${verdict} in ${counted(pages, "page")} with ${counted(total, "citation")}${cited}.`;
  return `${[...lines, wrapText(sum, width)].join("\n")}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** On one line: a name of a file may have line breaks, too, which must not look like another entry. */
function flat(text: string): string {
  return plain(text).replaceAll(/\s+/g, " ").trim();
}
