/** A line without its line break. */
export interface TextLine {
  /** Counts from 1. */
  readonly number: number;
  /** The offset of its first character in the whole text. */
  readonly start: number;
  readonly text: string;
}

/** The lines of a text, whose breaks may be LF, CRLF or CR. A break at the end begins no further line. Pure. */
export function splitLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  const ending = /\r\n|\n|\r/g;
  let start = 0;
  for (const found of text.matchAll(ending)) {
    lines.push({ number: lines.length + 1, start, text: text.slice(start, found.index) });
    start = found.index + found[0].length;
  }
  if (start < text.length) lines.push({ number: lines.length + 1, start, text: text.slice(start) });
  return lines;
}

/** The line break that a text uses: that of its first line. */
export function lineBreakOf(text: string): "\n" | "\r\n" {
  return /\r?\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
}
