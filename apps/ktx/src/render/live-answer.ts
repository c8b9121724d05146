import type { TextPart } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import type { BlockLook } from "../markdown/block-lines.ts";
import { type BlockLayout, MarkdownStream } from "../markdown/markdown-stream.ts";
import { createMarkdownStyle } from "../markdown/markdown-style.ts";
import type { DraftLine } from "../terminal/draft-line.ts";
import type { LiveScreen } from "../terminal/live-screen.ts";
import { NeutralStream } from "../terminal/neutralise.ts";
import { isColoured } from "./style.ts";

/** The line below a text that was withdrawn. */
export const abandonedText =
  "The text above does not count: its attempt was abandoned. Another one follows.";

/** The line below a text whose run has failed. */
const failedText = "The text above does not count: the run failed before its answer was complete.";

/**
 * The answer of a run in a terminal, while the model writes it: as rendered Markdown, whose complete blocks are final
 * once they have scrolled away. A terminal that cannot move its cursor gets the text as it is.
 */
export class LiveAnswer {
  readonly #screen: LiveScreen;
  readonly #output: CliIo["stdout"];
  readonly #now: CliIo["now"];
  readonly #style: ReturnType<typeof createMarkdownStyle>;
  readonly #markdown: MarkdownStream;
  readonly #neutral = new NeutralStream();
  /** Complete blocks that may still be on the screen. */
  #blocks: readonly BlockLayout[] = [];
  /** True inside a line of a terminal that cannot redraw it. */
  #isMidLine = false;
  #highlight: BlockLook["highlight"];
  #messages: string[] = [];
  #text = "";
  /** Text that is not drawn yet. */
  #pending = "";
  /** The time of the next drawing, at the earliest. */
  #nextMs = 0;
  #timer: NodeJS.Timeout | undefined;

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
    this.#markdown = new MarkdownStream(this.#style);
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

  /** The last message is complete: it stands as it should also where the size of the terminal changes at the end. */
  async end(signal: AbortSignal): Promise<void> {
    await this.#screen.rest(signal);
    this.finish();
    await this.#screen.rest(signal);
  }

  /** The message is complete. */
  finish(): void {
    this.#show(this.#neutral.end());
    this.flush();
    if (!this.#screen.canRedraw) return;
    const last = [...this.#blocks, ...this.#markdown.finish()];
    this.#blocks = [];
    this.#screen.update(this.#layoutOf(last), () => []);
    this.#screen.settle();
  }

  /** The line below the text of a run that has failed; undefined where it left none. */
  get failedNote(): string | undefined {
    return this.#text === "" ? undefined : failedText;
  }

  /** Draws all text so far; ends an open line of a terminal that cannot redraw it. */
  flush(): void {
    this.#draw();
    if (this.#isMidLine) this.#output.write("\n");
    this.#isMidLine = false;
  }

  /** True for a text that was shown whole, and not withdrawn. */
  hasShown(text: string): boolean {
    return [...this.#messages, this.#text].includes(text);
  }

  #layoutOf(blocks: readonly BlockLayout[]): (columns: number) => readonly DraftLine[] {
    return (width) =>
      blocks.flatMap((block) => block({ width, style: this.#style, highlight: this.#highlight }));
  }

  #write(delta: string): void {
    this.#text += delta;
    this.#show(this.#neutral.take(delta));
  }

  #show(text: string): void {
    if (text === "") return;
    if (!this.#screen.canRedraw) {
      this.#output.write(text);
      this.#isMidLine = !text.endsWith("\n");
      return;
    }
    this.#pending += text;
    const waitMs = this.#nextMs - this.#now();
    if (waitMs <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), waitMs).unref();
  }

  /** A long answer must not keep the program busy: drawing takes at most a tenth of the time. */
  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (text === "") return;
    const startedAtMs = this.#now();
    this.#blocks = [...this.#blocks, ...this.#markdown.take(text)];
    const gone = this.#takeGone();
    this.#screen.update(
      this.#layoutOf(gone),
      this.#layoutOf([...this.#blocks, this.#markdown.open]),
    );
    const endedAtMs = this.#now();
    this.#nextMs = endedAtMs + 9 * (endedAtMs - startedAtMs);
  }

  /** The first blocks, which have scrolled away: each line behind them has a row. */
  #takeGone(): readonly BlockLayout[] {
    let rows = 0;
    const from = this.#blocks.findLastIndex((block) => {
      const isGone = rows >= this.#screen.rows;
      rows += this.#layoutOf([block])(this.#screen.columns).length;
      return isGone;
    });
    const gone = this.#blocks.slice(0, from + 1);
    this.#blocks = this.#blocks.slice(from + 1);
    return gone;
  }
}
