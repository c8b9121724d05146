import type { CliIo } from "../cli-io.ts";
import type { WhyCitation, WikiAnswer } from "../wiki/ask-wiki.ts";
import { oneLine, wrapText } from "./layout.ts";
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
      return renderWhy(answer, style, width);
    case "used-by":
      return answer.pages.map((page) => `${oneLine(page)}\n`).join("");
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
    .map((text) => wrapText(oneLine(text), width, "  "));
  return `${[`${style.bold(oneLine(name))}  ${oneLine(title)}`, ...below].join("\n")}\n`;
}

/** Each claim with the lines that it cites below it. */
function renderWhy(
  { page, claims, citations }: Extract<WikiAnswer, { readonly type: "why" }>,
  style: Style,
  width: number,
): string {
  if (citations.length === 0) return `${oneLine(page)} cites nothing.\n`;
  const byId = new Map(citations.map((citation) => [citation.id, citation]));
  const used = new Set(claims.flatMap(({ citations: ids }) => ids));
  const unused = citations.filter(({ id }) => !used.has(id));
  const lines = [
    ...claims.flatMap(({ text, citations: ids }) => [
      wrapText(oneLine(text), width),
      ...ids.flatMap((id) => {
        const citation = byId.get(id);
        return citation === undefined ? [] : [`    ${renderCitation(citation, style)}`];
      }),
    ]),
    ...(unused.length === 0 ? [] : ["No claim has these footnotes:"]),
    ...unused.map((citation) => `    ${renderCitation(citation, style)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function renderCitation(
  { id, source, from, to, state, movedTo }: WhyCitation,
  style: Style,
): string {
  const place = `[^${oneLine(id)}] ${oneLine(source)}:${rangeOf(from, to)}`;
  if (state === "fine") return `${place}  ${style.good("fine")}`;
  const now =
    movedTo === undefined
      ? ""
      : ` to ${oneLine(movedTo.source)}:${rangeOf(movedTo.from, movedTo.to)}`;
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
    wrapText(`${oneLine(page)}:${line} ${style.warn(kind)} ${oneLine(message)}`, width),
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
