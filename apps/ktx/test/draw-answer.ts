import { EventEmitter } from "node:events";
import headless from "@xterm/headless";
import stringWidth from "string-width";
import { vi } from "vitest";
import type { CliIo, CliOutput } from "../src/cli-io.ts";
import { LiveAnswer } from "../src/render/live-answer.ts";
import { LiveScreen } from "../src/terminal/live-screen.ts";

/** Something that happens while an answer is written. */
export type Happening =
  | { readonly text: string }
  /** The columns of the terminal from now on. */
  | { readonly columns: number; readonly waitMs?: number; readonly isLate?: boolean }
  /**
   * The columns from a later moment on, the first one being 1: the program reads the size, it composes an output, or the
   * terminal shows an output that was written before.
   */
  | { readonly columns: number; readonly at: Moment; readonly number: number }
  /** The columns of the terminal in this many milliseconds, while other things happen or after all of them. */
  | { readonly columns: number; readonly inMs: number }
  /** Milliseconds in which nothing happens. */
  | { readonly wait: number }
  /** A line of the program itself. */
  | { readonly note: string };

export type Moment = "read" | "composing" | "showing";

export interface TerminalKind {
  readonly columns: number;
  readonly rows: number;
  /** False for a terminal that keeps its rows when its width changes. */
  readonly reflows?: boolean;
  readonly env?: CliIo["env"];
  /** The milliseconds within which it shows an output, as far as the program knows. @default 0 */
  readonly showsWithinMs?: number;
  /** The milliseconds after which it shows an output; the program hears of a new size as late. @default 0 */
  readonly lateMs?: number;
  /** Lines that others have written before. */
  readonly before?: readonly string[];
}

/** One output of the program, or a new width of the terminal, and the time at which the terminal shows it. */
interface Output {
  readonly atMs: number;
  readonly shown: string | number;
}

type Coming = Extract<Happening, { readonly at: Moment }>;

/** The output of a run to its terminal. Needs fake timers. */
async function outputsOf(
  happenings: readonly Happening[],
  kind: TerminalKind,
): Promise<readonly Output[]> {
  const { reflows = true, rows, lateMs = 0 } = kind;
  let { columns } = kind;
  /** The columns that the program knows. */
  let known = columns;
  const outputs: Output[] = [];
  let coming: readonly Coming[] = [];
  const change = (next: number): void => {
    columns = next;
    outputs.push({ atMs: performance.now(), shown: next });
  };
  const reach = (moment: Moment): void => {
    coming = coming.map((one) => (one.at === moment ? { ...one, number: one.number - 1 } : one));
    for (const one of coming) if (one.number === 0) change(one.columns);
    coming = coming.filter(({ number }) => number > 0);
  };
  const output = Object.defineProperties(new EventEmitter(), {
    isTTY: { value: true },
    rows: { value: rows },
    columns: { get: () => known },
    _refreshSize: {
      value: () => {
        reach("read");
        if (known === columns) return;
        known = columns;
        output.emit("resize");
      },
    },
    write: {
      value: (text: string) => {
        reach("showing");
        outputs.push({ atMs: performance.now() + lateMs, shown: text });
      },
    },
  }) as CliOutput;
  const env = { ...kind.env, TERM: reflows ? "xterm-256color" : "rxvt" };
  const bottom = (width: number): string => {
    reach("composing");
    return "thinking".slice(0, width - 1);
  };
  using screen = new LiveScreen(output, env, bottom, { showsWithinMs: kind.showsWithinMs ?? 0 });
  screen.refresh();
  const answer = new LiveAnswer(screen, output, { env, now: () => 0 });
  for (const one of happenings)
    if ("text" in one) answer.take({ type: "text-delta", delta: one.text });
    else if ("note" in one) {
      answer.flush();
      screen.print([one.note]);
    } else if ("wait" in one) vi.advanceTimersByTime(one.wait);
    else if ("at" in one) coming = [...coming, one];
    else if ("inMs" in one)
      setTimeout(() => {
        outputs.push({ atMs: performance.now(), shown: one.columns });
        setTimeout(() => {
          columns = one.columns;
          output._refreshSize?.();
        }, lateMs);
      }, one.inMs);
    else {
      change(one.columns);
      if (one.isLate !== true) output._refreshSize?.();
      vi.advanceTimersByTime(one.waitMs ?? 300);
    }
  const ended = answer.end(new AbortController().signal).then(() => screen[Symbol.dispose]());
  await vi.advanceTimersByTimeAsync(5_000);
  await ended;
  return outputs;
}

/** The lines of the terminal, each in its rows, after a run: those that have scrolled away included. */
export async function draw(
  happenings: readonly Happening[],
  kind: TerminalKind,
): Promise<readonly (readonly string[])[]> {
  vi.useFakeTimers();
  let outputs: readonly Output[];
  try {
    outputs = await outputsOf(happenings, kind);
  } finally {
    vi.useRealTimers();
  }
  const terminal = new headless.Terminal({
    cols: kind.columns,
    rows: kind.rows,
    scrollback: 5_000,
    allowProposedApi: true,
    // An old one of this kind keeps its rows.
    ...(kind.reflows === false && { windowsPty: { backend: "conpty", buildNumber: 19_000 } }),
  });
  terminal.unicode.register(modernWidths);
  terminal.unicode.activeVersion = modernWidths.version;
  const before = (kind.before ?? []).map((line) => `${line}\n`).join("");
  const inOrder = outputs.toSorted((one, other) => one.atMs - other.atMs);
  for (const shown of [before, ...inOrder.map((output) => output.shown)])
    if (typeof shown === "number") terminal.resize(shown, kind.rows);
    else
      await new Promise<void>((resolve) => terminal.write(shown.replaceAll("\n", "\r\n"), resolve));
  const lines: string[][] = [];
  for (let row = 0; row < terminal.buffer.active.length; row += 1) {
    const line = terminal.buffer.active.getLine(row);
    const text = line?.translateToString(true, 0, terminal.cols) ?? "";
    if (kind.reflows === false) lines.push([text.trimEnd()]);
    else if (line?.isWrapped === true) lines.at(-1)?.push(text);
    else lines.push([text]);
  }
  return lines.slice(0, lines.findLastIndex((line) => line.join("") !== "") + 1);
}

/** The widths of a terminal of today: this emulator's own are those of Unicode 6, where an emoji has one column. */
const modernWidths = {
  version: "today",
  wcwidth: (codePoint: number): 0 | 1 | 2 => {
    const width = stringWidth(String.fromCodePoint(codePoint));
    return width === 0 || width === 1 ? width : 2;
  },
  charProperties(codePoint: number, before: number): number {
    const width = this.wcwidth(codePoint);
    const isJoiner = codePoint === 0x200d;
    // The fields of the emulator: a state, a width, and whether the character stands in the cell before.
    const isJoined = before !== 0 && (width === 0 || before >> 3 === 1);
    return (
      (Number(isJoiner) << 3) | ((isJoined ? (before >> 1) & 3 : width) << 1) | Number(isJoined)
    );
  },
};

/** A text in pieces of these lengths, again and again; a piece may end inside a character. */
export function cut(text: string, lengths: readonly number[]): readonly Happening[] {
  const pieces: Happening[] = [];
  for (let at = 0, index = 0; at < text.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push({ text: text.slice(at, at + length) });
    at += length;
  }
  return pieces;
}
