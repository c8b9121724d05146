import type { WikiCheck } from "@ktx/wiki";
import { pageAddress } from "../addresses.ts";
import { html, type Html } from "../html.ts";

/** The findings of a check of the whole wiki. */
export function showCheck({ pages, citations, findings }: WikiCheck): Html {
  const states = Object.entries(citations).filter(([, count]) => count > 0);
  return html`<h1>Check</h1>
    <p>
      ${pages === 1 ? "1 page" : `${pages} pages`}. Citations:
      ${
        states.length === 0
          ? "none"
          : states.map(([state, count]) => `${count} ${state}`).join(", ")
      }.
    </p>
    ${
      findings.length === 0
        ? html`<p>Nothing to mend.</p>`
        : html`<ul class="findings">
            ${findings.map(
              ({ page, line, kind, message }) =>
                html` <li>
                  <span class="state ${kind}">${kind}</span>
                  <a href="${pageAddress(page)}">${page}</a>, line ${line}: ${message}
                </li>`,
            )}
          </ul>`
    }`;
}
