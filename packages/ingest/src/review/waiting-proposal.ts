import { contentHash } from "@ktx/wiki";
import type { Ledger } from "../apply/ledger.ts";
import { mergeTexts } from "../apply/merge-texts.ts";
import { type Proposal, proposalFile } from "../apply/proposals.ts";
import type { WikiFiles } from "../apply/read-wiki.ts";
import { renderPage } from "../page/render-page.ts";
import { draftOfSet } from "./set-draft.ts";

/** A proposal as it stands against the present page. */
export type WaitingProposal = ProposalParts & {
  /** Another one once a person would see another proposal under the same id. */
  readonly version: string;
};

type ProposalParts = {
  /** The page's name, or the beginning of the key of a set. */
  readonly id: string;
  readonly reason: string;
  /** The text that a person may edit before it is accepted: that of the page, or the new claims of a set by lines. */
  readonly draft: string;
} & (
  | {
      readonly kind: "page";
      readonly page: string;
      /** The present text of the page; absent for no page. */
      readonly current?: string;
      /** The text that it would have; absent where the page would go. */
      readonly proposed?: string;
      /** True where both sides changed the same lines, which the text then marks. */
      readonly hasConflicts: boolean;
    }
  | {
      readonly kind: "set";
      /** New claims, which nobody has compared. */
      readonly claims: readonly { readonly page: string; readonly text: string }[];
      /** The claims of the wiki that they meet. */
      readonly against: readonly { readonly page: string; readonly text: string }[];
    }
);

export function describeProposal(
  proposal: Proposal,
  ledger: Ledger,
  files: WikiFiles,
): WaitingProposal {
  const parts = partsOf(proposal, ledger, files);
  return { ...parts, version: contentHash(JSON.stringify(parts)).slice(0, 16) };
}

function partsOf(proposal: Proposal, ledger: Ledger, files: WikiFiles): ProposalParts {
  const id = idOf(proposal);
  const { reason } = proposal;
  if (proposal.kind === "set") {
    const { patch, against } = proposal;
    const claims = patch.pages.flatMap(({ page, claims: own }) =>
      own.map(({ text }) => ({ page, text })),
    );
    return { id, kind: "set", reason, draft: draftOfSet(patch), claims, against };
  }
  const { page } = proposal;
  const current = files.texts.get(page);
  const merged = merge(proposal, current, ledger);
  return {
    id,
    kind: "page",
    reason,
    draft: merged.text ?? current ?? "",
    page,
    hasConflicts: merged.hasConflicts,
    ...(current !== undefined && { current }),
    ...(merged.text !== undefined && { proposed: merged.text }),
  };
}

/** The merge is made again: the page may have been edited since. */
function merge(
  { page, text, base, hasConflicts }: Extract<Proposal, { kind: "page" }>,
  current: string | undefined,
  ledger: Ledger,
): { readonly text: string | undefined; readonly hasConflicts: boolean } {
  if (text === undefined) return { text, hasConflicts };
  if (base !== undefined) return mergeTexts(current, base, text);
  const known = ledger.pages[page];
  return known === undefined
    ? { text, hasConflicts }
    : mergeTexts(current, ledger.bases[page], renderPage(page, known));
}

/** The id of the proposal that a person names: by its id, its page below `wiki/`, its key or its file. Pure. */
export function findProposalId(proposals: Iterable<Proposal>, given: string): string | undefined {
  const name = given.split(/[\\/]/).at(-1) ?? "";
  const found = [...proposals].find((one) => {
    const id = idOf(one);
    const { file } = proposalFile(one);
    const key = one.kind === "set" ? one.key : undefined;
    const others = [`wiki/${id}`, `./wiki/${id}`, key, file, file.replace(/\.json$/, "")];
    return id === given || others.includes(given) || file === name;
  });
  return found === undefined ? undefined : idOf(found);
}

export function idOf(proposal: Proposal): string {
  return proposal.kind === "page" ? proposal.page : contentHash(proposal.key).slice(0, 8);
}
