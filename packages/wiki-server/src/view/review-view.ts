import { reviewAddress } from "../addresses.ts";
import { html, type Html, type HtmlPart } from "../html.ts";
import { diffLines } from "../diff-lines.ts";
import type { Proposal, ProposedClaim } from "../reviews.ts";

/** The proposals that wait, each with its change and two buttons. @param notice The outcome of the last verdict. */
export function showReviews(proposals: readonly Proposal[], notice?: string): Html {
  return html`<h1>Review</h1>
    ${notice === undefined ? undefined : html`<p role="status" class="notice">${notice}</p>`}
    ${proposals.length === 0 ? html`<p>No proposal waits.</p>` : proposals.map(showProposal)}`;
}

function showProposal(proposal: Proposal): HtmlPart {
  const { id, reason, version } = proposal;
  const mayAccept = proposal.kind === "set" || !proposal.hasConflicts;
  return html`<section class="proposal" aria-label="${id}">
    <h2>${id}</h2>
    <p>${reason}</p>
    ${proposal.kind === "page" ? showChange(proposal) : showSet(proposal)}
    <form method="post" action="${reviewAddress(id)}">
      <input type="hidden" name="version" value="${version}" />
      ${mayAccept ? html`<button name="verdict" value="accept">Accept</button>` : html`<p>You and the sources changed the same lines. Edit the page, then reject the proposal.</p>`}
      <button name="verdict" value="reject">Reject</button>
    </form>
  </section> `;
}

function showChange({ current = "", proposed }: Extract<Proposal, { kind: "page" }>): HtmlPart {
  if (proposed === undefined)
    return html`<p>The page would go: no source says its claims any more.</p>`;
  const lines = diffLines(current, proposed).map(
    ({ kind, text }) => html`<li class="${kind}">${marks[kind]} ${text}</li>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="The change">
    <ul class="diff">
      ${lines}
    </ul>
  </div>`;
}

function showSet({ claims, against }: Extract<Proposal, { kind: "set" }>): HtmlPart {
  const list = (title: string, shown: readonly ProposedClaim[]): HtmlPart =>
    shown.length === 0
      ? undefined
      : html`<h3>${title}</h3>
          <ul>
            ${shown.map(({ page, text }) => html`<li>${page}: ${text}</li>`)}
          </ul>`;
  return [list("New claims", claims), list("Claims of the wiki that they meet", against)];
}

const marks = { same: " ", added: "+", removed: "−" } as const;
