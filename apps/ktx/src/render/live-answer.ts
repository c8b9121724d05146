import type { TextPart } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { WordStream } from "../terminal/word-stream.ts";
import { plain } from "./layout.ts";
import { terminalWidth } from "./text-width.ts";

/** The line below a text that was withdrawn. */
export const abandonedText =
  "The text above does not count: its attempt was abandoned, and another one follows.";

/**
 * The answer of a run in a terminal, while the model writes it. Where stderr is a terminal, too, all goes there, so
 * that the answer and the lines about the run stay in order. Its lines have the width that the terminal has meanwhile.
 */
export class LiveAnswer {
  readonly #output: CliIo["stdout"];
  #messages: string[] = [];
  #text = "";
  /** The beginning of a control sequence, whose end is needed to remove it. */
  #held = "";
  readonly #words: WordStream;

  constructor({ stdout, stderr }: Pick<CliIo, "stdout" | "stderr">) {
    this.#output = stderr.isTTY === true ? stderr : stdout;
    this.#words = new WordStream(() => terminalWidth(this.#output));
  }

  /** True while the cursor stands behind text. */
  get isMidLine(): boolean {
    return this.#words.isMidLine;
  }

  take(part: TextPart): void {
    if (part.type === "text-delta") this.#write(part.delta);
    else {
      this.breakLine();
      this.#messages = part.reason === "abandoned" ? [] : [...this.#messages, this.#text];
      this.#text = "";
    }
  }

  /** Ends the line of the text, if one is open. */
  breakLine(): void {
    this.#held = "";
    const ending = this.#words.breakLine();
    if (ending !== "") this.#output.write(ending);
  }

  /** True for a text that was shown whole, and not withdrawn. */
  hasShown(text: string): boolean {
    return [...this.#messages, this.#text].includes(text);
  }

  #write(delta: string): void {
    this.#text += delta;
    const [, text = "", held = ""] =
      /^(.*?)([\u001b\u009b][[\]()#;?\d]*)?$/s.exec(this.#held + delta) ?? [];
    this.#held = held;
    const shown = this.#words.take(plain(text));
    if (shown !== "") this.#output.write(shown);
  }
}
