import { linesOfSource, type LineRange } from "@ktx/wiki";
import { pageAddress } from "../addresses.ts";
import { html, type Html } from "../html.ts";

/** The most lines of a source that one document shows. */
const mostLines = 5_000;

export interface ShownSource {
  readonly path: string;
  readonly text: string;
  /** The cited lines, which are marked. */
  readonly lines: LineRange | undefined;
  readonly usedBy: readonly string[];
}

/** A cited file with line numbers. Of a long one, the part around the cited lines is shown. */
export function showSource({ path, text, lines, usedBy }: ShownSource): Html {
  const all = linesOfSource(text);
  const first = Math.max(
    0,
    Math.min((lines?.from ?? 1) - 1 - mostLines / 2, all.length - mostLines),
  );
  const shown = all.slice(first, first + mostLines);
  const isPart = shown.length < all.length;
  return html`<h1>${path}</h1>
    <p>
      Cited by
      ${usedBy.map(
        (name, index) =>
          html`${index > 0 ? ", " : undefined}<a href="${pageAddress(name)}">${name}</a>`,
      )}.
    </p>
    ${isPart ? html`<p class="meta">Lines ${first + 1} to ${first + shown.length} of ${all.length}.</p>` : undefined}
    <div class="scroll" tabindex="0" role="region" aria-label="Text of ${path}">
      <table class="lines">
        <tbody>
          ${shown.map((line, index) => {
            const number = first + index + 1;
            const isCited = lines !== undefined && number >= lines.from && number <= lines.to;
            return html` <tr id="L${number}" ${isCited ? html` class="cited"` : undefined}>
              <th scope="row">${number}</th>
              <td>${line}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}
