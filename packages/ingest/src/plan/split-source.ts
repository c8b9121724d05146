import type { SourceText } from "../read/source-text.ts";

/** Lines of a source that one unit works on; both from 1 and included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** The most tokens of one unit's text, estimated as a quarter of its characters. */
const maxUnitTokens = 12_000;

export function estimateTokens(lines: readonly string[]): number {
  return Math.ceil(lines.reduce((sum, line) => sum + line.length + 1, 0) / 4);
}

/**
 * The parts of a source, in order and without a gap. A split is before the last entry of the outline that still fits,
 * of the highest level there is; without an outline, before the last line that fits. Pure: no other source has a part.
 */
export function splitSource(
  { lines, outline }: Pick<SourceText, "lines" | "outline">,
  maxTokens: number = maxUnitTokens,
): readonly LineRange[] {
  const ranges: LineRange[] = [];
  let from = 1;
  while (from <= lines.length) {
    let to = from;
    let size = (lines[from - 1]?.length ?? 0) + 1;
    while (to < lines.length && size + (lines[to]?.length ?? 0) + 1 <= maxTokens * 4) {
      size += (lines[to]?.length ?? 0) + 1;
      to += 1;
    }
    if (to < lines.length) {
      const inside = outline.filter(({ line }) => line > from && line <= to + 1);
      const top = Math.min(...inside.map(({ level }) => level));
      const split = inside.findLast(({ level }) => level === top);
      if (split !== undefined) to = split.line - 1;
    }
    ranges.push({ from, to });
    from = to + 1;
  }
  return ranges;
}
