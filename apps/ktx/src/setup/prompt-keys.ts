import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { CliIo } from "../cli-io.ts";
import { pasteMarksOff, pasteMarksOn } from "../terminal/paste-marks.ts";
import { cleanPaste, PasteSplitter } from "../terminal/paste-splitter.ts";
import { setRawMode } from "../terminal/raw-mode.ts";

/** Milliseconds before a question in which keys are dropped: they were typed, or pasted, before it could be read. */
const earlyMs = 50;

/** Milliseconds after which a lone Escape is the key, and no beginning of a sequence. */
const escapeMs = 50;

const interrupt = "\u0003";

/**
 * Asks one question with the keys that come once it can be read. A paste goes into this question alone, as one line:
 * its line breaks do not confirm anything.
 *
 * @param takesText false for a choice, where a pasted text would move the cursor.
 */
export async function withPromptKeys<Answer>(
  { stdin, stderr }: Pick<CliIo, "stdin" | "stderr">,
  takesText: boolean,
  ask: (input: PromptKeys) => Promise<Answer>,
): Promise<Answer> {
  setRawMode(stdin, true);
  stderr.write(pasteMarksOn);
  const keys = new PromptKeys(takesText);
  // Ctrl-C counts, whenever it comes.
  if ((await dropEarly(stdin)).includes(interrupt)) keys.write(interrupt);
  stdin.pipe(keys);
  try {
    return await ask(keys);
  } finally {
    stdin.unpipe(keys);
    stdin.pause();
    stderr.write(pasteMarksOff);
    setRawMode(stdin, false);
  }
}

/** @returns the text that came meanwhile. */
async function dropEarly(stdin: CliIo["stdin"]): Promise<string> {
  let dropped = "";
  const drop = (chunk: Buffer | string): void => {
    dropped += chunk.toString();
  };
  stdin.on("data", drop);
  await new Promise((resolve) => setTimeout(resolve, earlyMs));
  // A process that was busy has run its timers before it reads.
  await new Promise((resolve) => setImmediate(resolve));
  stdin.off("data", drop);
  return dropped;
}

/** The keys of one question. */
export class PromptKeys extends Transform {
  /** For the library, which turns raw mode on and off itself. */
  readonly isTTY = true;
  readonly #decoder = new StringDecoder("utf8");
  readonly #splitter = new PasteSplitter();
  readonly #takesText: boolean;
  #escape: NodeJS.Timeout | undefined;

  constructor(takesText: boolean) {
    super();
    this.#takesText = takesText;
  }

  setRawMode(): this {
    return this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    clearTimeout(this.#escape);
    for (const { type, text } of this.#splitter.split(this.#decoder.write(chunk))) {
      const keys = type === "keys" ? text : this.#takesText ? cleanPaste(text, " ") : "";
      if (keys !== "") this.push(keys);
    }
    if (this.#splitter.hasBegun)
      this.#escape = setTimeout(() => this.push(this.#splitter.takeBegun()), escapeMs);
    done();
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.#escape);
    done();
  }
}
