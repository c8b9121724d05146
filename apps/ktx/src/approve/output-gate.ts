import { Writable } from "node:stream";
import type { CliOutput } from "../cli-io.ts";
import { interruptedOutput } from "../terminal/live-screen.ts";

/** An output that can be held back while something else uses the terminal. */
export interface OutputGate {
  /** The same output for those who are held back; what they write meanwhile appears afterwards. */
  readonly output: CliOutput;
  /** Leaves the cursor at the beginning of a line. The current line goes where it would have been overwritten. */
  readonly hold: () => void;
  readonly release: () => void;
}

/** The sequence with which the present line of a run overwrites itself. */
const overwriting = "\r\u001b[J";

export function createOutputGate(target: CliOutput): OutputGate {
  let isHeld = false;
  let held = "";
  /** The text in the line of the cursor, and whether one write has overwritten the line with it. */
  let line = { text: "", overwrites: false };
  const write = (text: string): void => {
    target.write(text);
    const last = text.slice(text.lastIndexOf("\n") + 1);
    const start = last.lastIndexOf(overwriting);
    if (start >= 0) line = { text: last.slice(start + overwriting.length), overwrites: true };
    else if (text.includes("\n")) line = { text: last, overwrites: text.includes(overwriting) };
    else if (text !== "") line = { text: line.text + text, overwrites: false };
  };
  const output = new Writable({
    decodeStrings: false,
    write: (chunk: Buffer | string, _encoding, done) => {
      if (isHeld) held += chunk.toString();
      else write(chunk.toString());
      done();
    },
  });
  target.on("resize", () => output.emit("resize"));
  Object.defineProperties(output, {
    isTTY: { get: () => target.isTTY },
    columns: { get: () => target.columns },
    rows: { get: () => target.rows },
    _refreshSize: { value: () => target._refreshSize?.() },
  });
  return {
    output,
    hold: () => {
      if (line.text !== "") write(line.overwrites ? overwriting : "\n");
      isHeld = true;
      output.emit(interruptedOutput);
    },
    release: () => {
      isHeld = false;
      line = { text: "", overwrites: false };
      if (held !== "") write(held);
      held = "";
    },
  };
}
