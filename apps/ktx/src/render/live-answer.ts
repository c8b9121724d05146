import type { TextPart } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import type { BlockLook } from "../markdown/block-lines.ts";
import { MarkdownStream } from "../markdown/markdown-stream.ts";
import { createMarkdownStyle } from "../markdown/markdown-style.ts";
import type { LiveScreen } from "../terminal/live-screen.ts";
import { WordStream } from "../terminal/word-stream.ts";
import { plain } from "./layout.ts";
import { isColoured } from "./style.ts";

/** The line below a text that was withdrawn. */
export const abandonedText =
  "The text above does not count: its attempt was abandoned. Another one follows.";

/**
 * The answer of a run in a terminal, while the model writes it: as rendered Markdown, whose complete blocks are final. A
 * terminal that cannot move its cursor gets the text as it is, word by word.
 */
export class LiveAnswer {
  readonly #screen: LiveScreen;
  readonly #output: CliIo["stdout"];
  readonly #now: CliIo["now"];
  readonly #style: ReturnType<typeof createMarkdownStyle>;
  readonly #markdown = new MarkdownStream();
  readonly #words: WordStream;
  #highlight: BlockLook["highlight"];
  #messages: string[] = [];
  #text = "";
  /** Text that is not drawn yet. */
  #pending = "";
  /** The time of the next drawing, at the earliest. */
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The beginning of a control sequence, whose end is needed to remove it. */
  #held = "";

  /** @param output the output of the screen. */
  constructor(
    screen: LiveScreen,
    output: CliIo["stdout"],
    { env, now }: Pick<CliIo, "env" | "now">,
  ) {
    this.#screen = screen;
    this.#now = now;
    this.#output = output;
    this.#style = createMarkdownStyle(isColoured(output, env));
    this.#words = new WordStream(() => screen.columns);
  }

  /** Loads the colours of code, which takes a moment: the answer does not wait for them. */
  async loadHighlighter(): Promise<void> {
    if (!this.#style.isColoured) return;
    const { highlightCode } = await import("../markdown/highlight-code.ts");
    this.#highlight = highlightCode;
  }

  take(part: TextPart): void {
    if (part.type === "text-delta") this.#write(part.delta);
    else {
      this.finish();
      this.#messages = part.reason === "abandoned" ? [] : [...this.#messages, this.#text];
      this.#text = "";
    }
  }

  /** The message is complete. */
  finish(): void {
    this.#held = "";
    this.flush();
    if (this.#screen.canRedraw) {
      this.#screen.update(this.#markdown.finish(this.#look), []);
      this.#screen.settle();
    }
  }

  /** Draws all text so far; ends an open line of a terminal that cannot redraw it. */
  flush(): void {
    this.#draw();
    const ending = this.#words.breakLine();
    if (ending !== "") this.#output.write(ending);
  }

  /** True for a text that was shown whole, and not withdrawn. */
  hasShown(text: string): boolean {
    return [...this.#messages, this.#text].includes(text);
  }

  get #look(): BlockLook {
    return { width: this.#screen.columns, style: this.#style, highlight: this.#highlight };
  }

  #write(delta: string): void {
    this.#text += delta;
    const [, text = "", held = ""] =
      /^(.*?)([\u001b\u009b][[\]()#;?\d]*)?$/s.exec(this.#held + delta) ?? [];
    this.#held = held;
    const shown = plain(text);
    if (this.#screen.canRedraw) {
      this.#pending += shown;
      const waitMs = this.#nextMs - this.#now();
      if (waitMs <= 0) this.#draw();
      else this.#timer ??= setTimeout(() => this.#draw(), waitMs).unref();
      return;
    }
    const output = this.#words.take(shown);
    if (output !== "") this.#output.write(output);
  }
  /** A long answer must not keep the program busy: drawing takes at most a tenth of the time. */
  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (text === "") return;
    const startedAtMs = this.#now();
    const { settled, open } = this.#markdown.take(text, this.#look);
    this.#screen.update(settled, open);
    const endedAtMs = this.#now();
    this.#nextMs = endedAtMs + 9 * (endedAtMs - startedAtMs);
  }
}
