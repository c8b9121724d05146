import { type NewCitation, writePageText } from "@ktx/wiki";
import type { Citation } from "./citation.ts";
import type { WikiPage } from "./wiki-page.ts";

/** The heading of a page's last part, which lists what its sources disagree about. */
export const contradictionsHeading = "Contradictions";

/** The Markdown of a page. The same page gives the same bytes. */
export function renderPage(name: string, page: WikiPage): string {
  const { title, summary, tags, updated, claims, contradictions } = page;
  const ids = new Map<string, NewCitation>();
  const markOf = ({ source, from, to, hash, near }: Citation): string => {
    const key = JSON.stringify([source, from, to, hash]);
    const cited = { source, from, to, hash, ...(near !== undefined && { near }) };
    const known = ids.get(key) ?? { id: `s${ids.size + 1}`, ...cited };
    ids.set(key, known);
    return `[^${known.id}]`;
  };
  const sections = [...Map.groupBy(claims, ({ section }) => section)].map(([section, group]) =>
    [
      ...(section === "" ? [] : [`## ${section}`, ""]),
      ...group.map(({ text, citations }) => `- ${text}${citations.map(markOf).join("")}`),
    ].join("\n"),
  );
  const disputes = contradictions.map(({ note, claims: sides }) => {
    const marks = sides.map(({ citations }) => citations.map(markOf).join("")).join(" against ");
    return `- ${note} (${marks})`;
  });
  const body = [
    `# ${title}`,
    ...sections,
    ...(disputes.length === 0 ? [] : [`## ${contradictionsHeading}`, disputes.join("\n")]),
  ].join("\n\n");
  const citations = [...ids.values()];
  return writePageText(
    { name, folder: "wiki", title, summary, tags: [...tags], updated, body, citations },
    undefined,
  );
}
