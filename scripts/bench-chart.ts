import type { BenchFigure } from "../test/bench-figure.ts";
import { formatValue } from "./bench-page.ts";

const width = 720;
const rowHeight = 26;
const labelWidth = 240;
const barWidth = 360;

/** A figure as horizontal bars, in colours of a light and of a dark page. Lengths are linear, from zero. */
export function drawChart(figure: BenchFigure): string {
  const entries = Object.entries(figure.values);
  const most = Math.max(...entries.map(([, value]) => value), Number.MIN_VALUE);
  const height = entries.length * rowHeight + 12;
  const rows = entries.map(([name, value], index) => {
    const top = 6 + index * rowHeight;
    const length = Math.max(1, (value / most) * barWidth);
    const text = `${formatValue(value)} ${figure.unit}`;
    return [
      `<text class="label" x="${labelWidth - 8}" y="${top + 17}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="${index === 0 ? "first" : "bar"}" x="${labelWidth}" y="${top + 3}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2"/>`,
      `<text class="value" x="${(labelWidth + length + 6).toFixed(1)}" y="${top + 17}">${escape(text)}</text>`,
    ].join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(figure.title)}">`,
    "<style>",
    "text { font: 13px system-ui, sans-serif; fill: #1f2328; }",
    ".value { fill: #59636e; } .bar { fill: #8c959f; } .first { fill: #1a7f37; }",
    "@media (prefers-color-scheme: dark) {",
    "text { fill: #e6edf3; } .value { fill: #9198a1; } .bar { fill: #656c76; } .first { fill: #3fb950; }",
    "}",
    "</style>",
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
