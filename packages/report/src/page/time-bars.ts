import { duration } from "./formats.ts";
import { type Html, markup } from "./markup.ts";

/** One bar: its time, the lane that it is in, and the class of its colour. */
export interface Bar {
  readonly startMs: number;
  readonly endMs: number;
  readonly lane: number;
  readonly className: string;
}

/** Bars without a lane. */
export type LooseBar = Omit<Bar, "lane">;

const width = 1_000;
const laneHeight = 14;

/** Bars along the time, one lane below the other. One path for each colour, so that thousands of bars stay cheap. Pure. */
export function timeBars(
  bars: readonly Bar[],
  {
    endMs,
    label,
    stripes = [],
  }: {
    readonly endMs: number;
    readonly label: string;
    /** Times that the background shows. */
    readonly stripes?: readonly LooseBar[];
  },
): Html {
  const lanes = Math.max(1, ...bars.map(({ lane }) => lane + 1));
  const scale = width / Math.max(1, endMs);
  const tall = lanes * laneHeight;
  const draw = ({ startMs, endMs: until }: LooseBar, top: number, high: number): string => {
    const wide = Math.max(1, (until - startMs) * scale);
    return `M${(startMs * scale).toFixed(2)} ${top}h${wide.toFixed(2)}v${high}h-${wide.toFixed(2)}z`;
  };
  const paths = new Map<string, string[]>();
  for (const stripe of stripes) add(stripe.className, draw(stripe, 0, tall));
  for (const bar of bars) add(bar.className, draw(bar, bar.lane * laneHeight + 1, laneHeight - 2));
  return markup`<figure class="chart">
    <svg
      role="img"
      aria-label="${label}"
      viewBox="0 0 ${width} ${tall}"
      height="${Math.min(600, tall * 1.5)}"
      preserveAspectRatio="none"
    >
      ${[...paths].map(([className, d]) => markup`<path class="bar-${className}" d="${d.join("")}" />`)}
    </svg>
    <figcaption class="scale">
      <span>0</span><span>${duration(endMs / 2)}</span><span>${duration(endMs)}</span>
    </figcaption>
  </figure>`;

  function add(className: string, d: string): void {
    paths.set(className, [...(paths.get(className) ?? []), d]);
  }
}

/** Each bar in the first lane that is free. Pure. */
export function intoLanes(bars: readonly LooseBar[]): readonly Bar[] {
  const free: number[] = [];
  return bars
    .toSorted((a, b) => a.startMs - b.startMs)
    .map((bar) => {
      const found = free.findIndex((until) => until <= bar.startMs);
      const lane = found < 0 ? free.length : found;
      free[lane] = bar.endMs;
      return { ...bar, lane };
    });
}
