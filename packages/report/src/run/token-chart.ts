import { count } from "../page/formats.ts";
import { type Html, markup } from "../page/markup.ts";
import type { RequestTokens } from "./run-view.ts";

/** The most columns of the chart: of more requests, each column is the sum of several. */
const mostColumns = 400;
/** Room for so many columns is there in any case, so that those of a short run are no wide blocks. */
const fewestColumns = 24;
const height = 160;

/** The tokens of each request as stacked columns; nothing where Codex reported none. Pure. */
export function tokenChart(requests: readonly RequestTokens[]): Html | undefined {
  if (requests.length === 0) return undefined;
  const perColumn = Math.ceil(requests.length / mostColumns);
  const columns = Array.from({ length: Math.ceil(requests.length / perColumn) }, (_, index) =>
    sumOf(requests.slice(index * perColumn, (index + 1) * perColumn)),
  );
  const most = Math.max(1, ...columns.map(({ input, cached, output }) => input + cached + output));
  const all = sumOf(requests);
  const width = Math.max(columns.length, fewestColumns) * 10;
  const layers = [
    { name: "cached", values: columns.map(({ cached }) => cached) },
    { name: "input", values: columns.map(({ input }) => input) },
    { name: "output", values: columns.map(({ output }) => output) },
  ];
  const below = columns.map(() => 0);
  const paths = layers.map(({ name, values }) => {
    const d = values.map((value, index) => {
      const from = below[index] ?? 0;
      below[index] = from + value;
      if (value === 0) return "";
      const [top, tall] = [height - ((from + value) / most) * height, (value / most) * height];
      return `M${index * 10 + 1} ${top.toFixed(2)}h8v${tall.toFixed(2)}h-8z`;
    });
    return markup`<path class="tokens-${name}" d="${d.join("")}" />`;
  });
  const label = `Tokens of ${requests.length} requests: ${count(all.input)} input, ${count(all.cached)} cached, ${count(all.output)} output.`;
  return markup`<figure class="chart">
    <svg
      role="img"
      aria-label="${label}"
      viewBox="0 0 ${width} ${height}"
      height="${height}"
      preserveAspectRatio="none"
    >
      ${paths}
    </svg>
    <figcaption>
      ${legend("cached", "cached input")} ${legend("input", "input")} ${legend("output", "output")}
      <span>most in one column: ${count(most)}</span>
      ${perColumn > 1 && markup`<span>each column is ${perColumn} requests</span>`}
    </figcaption>
  </figure>`;
}

function legend(name: string, label: string): Html {
  return markup`<span class="key"
    ><svg width="10" height="10" aria-hidden="true">
      <rect class="tokens-${name}" width="10" height="10" /></svg
    >${label}</span
  >`;
}

function sumOf(requests: readonly RequestTokens[]): Omit<RequestTokens, "atMs"> {
  const sum = { input: 0, cached: 0, output: 0 };
  for (const { input, cached, output } of requests) {
    sum.input += input;
    sum.cached += cached;
    sum.output += output;
  }
  return sum;
}
