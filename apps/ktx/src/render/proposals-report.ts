import type { WaitingProposal } from "@ktx/ingest";
import type { CliIo, CliOutput } from "../cli-io.ts";
import type { ReviewList } from "../ingest/review.ts";
import { diffLines } from "./diff-lines.ts";
import { plain } from "./layout.ts";
import { createStyle, type Style } from "./style.ts";

/** The proposals with what they would change, and the contradictions, for people. */
export function renderReview(
  { proposals, contradictions }: ReviewList,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const blocks = proposals.map((one) =>
    [
      `${style.bold(plain(one.id))}  ${plain(one.reason)}`,
      ...(one.kind === "page" ? changesOf(one, style, stdout) : claimsOf(one)),
    ].join("\n"),
  );
  const flagged = contradictions.map(({ note, claims, pages }) =>
    [
      `${style.warn("contradiction")}  ${plain(pages.join(", "))}: ${plain(note)}`,
      ...claims.map(({ text, citations }) => {
        const lines = citations.map(({ source, from }) => `${source}:${from}`);
        return `    ${plain(text)}  ${style.dim(plain(lines.join(", ")))}`;
      }),
    ].join("\n"),
  );
  const next =
    proposals.length === 0
      ? "No proposal waits."
      : "next:  ktx wiki review <proposal> --accept, --edit or --reject";
  return `${[...blocks, ...flagged, next].join("\n\n")}\n`;
}

/** The lines that the page would lose and get. */
function changesOf(
  { current, proposed, hasConflicts }: Extract<WaitingProposal, { kind: "page" }>,
  style: Style,
  output: CliOutput,
): readonly string[] {
  if (proposed === undefined) return ["  The page would go: no source says its claims any more."];
  const before = current?.split(/\r?\n/) ?? [];
  const after = proposed.split(/\r?\n/);
  const lost = new Set(before).difference(new Set(after));
  const got = new Set(after).difference(new Set(before));
  return [
    ...diffLines([...lost].map(plain), "  - ", output).map(style.bad),
    ...diffLines([...got].map(plain), "  + ", output).map(style.good),
    ...(hasConflicts ? [style.warn("  You and the sources changed the same lines.")] : []),
  ];
}

function claimsOf({
  claims,
  against,
}: Extract<WaitingProposal, { kind: "set" }>): readonly string[] {
  return [
    ...claims.map(({ page, text }) => `  + ${plain(page)}: ${plain(text)}`),
    ...against.map(({ page, text }) => `    ${plain(page)}: ${plain(text)}`),
  ];
}
