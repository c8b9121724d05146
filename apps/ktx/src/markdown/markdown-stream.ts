import { Lexer, type Token } from "marked";
import remend from "remend";
import { blockLines, type BlockLook } from "./block-lines.ts";

/** The blocks of a growing text. */
export interface MarkdownProgress {
  /** Lines of blocks that are complete; each block's once. */
  readonly settled: readonly string[];
  /** Lines of the last block so far. */
  readonly open: readonly string[];
}

/** A Markdown text that grows: its complete blocks, and the one that the model still writes. */
export class MarkdownStream {
  #source = "";
  #isFirst = true;

  /** True while there is no text, or all of it is settled. */
  get isEmpty(): boolean {
    return this.#source === "";
  }

  take(text: string, look: BlockLook): MarkdownProgress {
    this.#source += text;
    const tokens = new Lexer().lex(this.#source);
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    // Only an empty line ends a block for good: a line below it may still make another one of it.
    const ended = tokens.slice(0, Math.max(0, last)).findLastIndex(isEnded);
    const complete = tokens.slice(0, ended + 1);
    const end = complete.reduce((length, { raw }) => length + raw.length, 0);
    const rest = this.#source.slice(end);
    // The parser keeps the source in its tokens; without that certainty nothing is settled before the end.
    const isExact = this.#source.startsWith(complete.map(({ raw }) => raw).join(""));
    const settled = isExact && complete.length > 0 ? this.#spaced(blockLines(complete, look)) : [];
    if (isExact) this.#source = rest;
    return { settled, open: this.#open(look) };
  }

  /** The lines of the open block as it is now. */
  #open(look: BlockLook): readonly string[] {
    if (this.#source.trim() === "") return [];
    // Marks that the model has not closed yet do not show.
    const healed = remend(this.#source, {
      linkMode: "text-only",
      katex: false,
      setextHeadings: true,
    });
    const lines = blockLines(new Lexer().lex(healed), look);
    return this.#isFirst || lines.length === 0 ? lines : ["", ...lines];
  }

  /** The lines of the last block, now complete; the stream then begins again. */
  finish(look: BlockLook): readonly string[] {
    const tokens = new Lexer().lex(this.#source);
    this.#source = "";
    const lines = this.#spaced(blockLines(tokens, look));
    this.#isFirst = true;
    return lines;
  }

  #spaced(lines: readonly string[]): readonly string[] {
    if (lines.length === 0) return lines;
    const spaced = this.#isFirst ? lines : ["", ...lines];
    this.#isFirst = false;
    return spaced;
  }
}

function isEnded({ type, raw }: Token): boolean {
  return type === "space" || /\n[ \t]*\n$/.test(raw);
}
