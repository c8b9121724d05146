import { createInterface } from "node:readline";
import type { CliIo } from "../cli-io.ts";
import type { ChatInput, Entered } from "./chat-input.ts";
import { KeyFilter } from "./key-filter.ts";
import { readEditedLine, showAsLine } from "./line-break-mark.ts";
import { neutralise } from "../terminal/neutralise.ts";
import { pasteMarksOff, pasteMarksOn } from "../terminal/paste-marks.ts";
import { setRawMode } from "../terminal/raw-mode.ts";

export interface TerminalInputOptions {
  readonly prompt: string;
  /** Earlier prompts, the oldest first. */
  readonly history: readonly string[];
}

/** Edits prompts in the terminal, with a history. The terminal is in raw mode: Ctrl-C is a key, not a signal. */
export function openTerminalInput(
  { stdin, stderr, signal }: Pick<CliIo, "stdin" | "stderr" | "signal">,
  { prompt, history }: TerminalInputOptions,
): ChatInput {
  const filter = new KeyFilter();
  const rawMode = (on: boolean): void => setRawMode(stdin, on);
  const keys = Object.assign(stdin.pipe(filter), { isTTY: true, setRawMode: rawMode });
  const editor = createInterface({
    input: keys,
    output: stderr,
    terminal: true,
    prompt,
    history: history.map((text) => neutralise(showAsLine(text))).toReversed(),
    historySize: 500,
    removeHistoryDuplicates: true,
  });
  stderr.write(pasteMarksOn);
  const queue: Entered[] = [];
  let waiting: ((entered: Entered) => void) | undefined;
  let isClosed = false;
  const enter = (entered: Entered): void => {
    if (waiting === undefined) queue.push(entered);
    else waiting(entered);
    waiting = undefined;
  };
  editor.on("line", (line) => enter({ type: "text", text: readEditedLine(line) }));
  editor.on("SIGINT", () => {
    if (editor.line === "") {
      stderr.write("\n");
      enter({ type: "interrupt" });
      return;
    }
    eraseLine();
  });
  const eraseLine = (): void => {
    editor.write(null, { ctrl: true, name: "e" });
    editor.write(null, { ctrl: true, name: "u" });
  };
  editor.on("close", () => {
    isClosed = true;
    // The prompt stands in an unfinished line.
    if (waiting !== undefined) stderr.write("\n");
    enter({ type: "end" });
  });
  let isAsking = false;
  // An answer to a question is no prompt that the arrow keys bring back.
  editor.on("history", (entries) => {
    if (isAsking) entries.shift();
  });
  const close = (): void => editor.close();
  signal.addEventListener("abort", close, { once: true });
  return {
    next: () => {
      const queued = queue.shift();
      if (queued !== undefined) return Promise.resolve(queued);
      if (isClosed) return Promise.resolve({ type: "end" });
      const entered = new Promise<Entered>((resolve) => (waiting = resolve));
      editor.prompt();
      return entered;
    },
    during: async (work) => {
      const stop = new AbortController();
      filter.hold(() => stop.abort(new DOMException("Interrupted.", "AbortError")));
      // It came with the key that entered the prompt.
      const { line: typedAhead } = editor;
      if (typedAhead !== "") {
        eraseLine();
        filter.keep(typedAhead);
      }
      try {
        return await work(AbortSignal.any([signal, stop.signal]));
      } finally {
        filter.release();
      }
    },
    ask: async ({ text, prompt: question }, aborted) => {
      aborted.throwIfAborted();
      const answer = Promise.withResolvers<Entered>();
      const abort = (): void => answer.reject(aborted.reason);
      aborted.addEventListener("abort", abort, { once: true });
      waiting = answer.resolve;
      isAsking = true;
      filter.isAsking = true;
      stderr.write(`${text}\n`);
      editor.setPrompt(question);
      editor.prompt();
      try {
        const entered = await answer.promise;
        return entered.type === "text" ? entered.text : "";
      } catch (error) {
        eraseLine();
        stderr.write("\n");
        throw error;
      } finally {
        aborted.removeEventListener("abort", abort);
        waiting = undefined;
        isAsking = false;
        filter.isAsking = false;
        editor.setPrompt(prompt);
      }
    },
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", close);
      editor.close();
      stderr.write(pasteMarksOff);
      stdin.unpipe(filter);
      stdin.pause();
    },
  };
}
