import type { Token } from "marked";
import remend from "remend";
import type { DraftLine } from "../terminal/draft-line.ts";
import { blockLines, type BlockLook } from "./block-lines.ts";
import { lexMarkdown } from "./lex-markdown.ts";

/** The lines of a block, for any width. */
export type BlockLayout = (look: BlockLook) => readonly DraftLine[];

/** Lines of code that are complete together: colours are found again with each piece, so code must not grow for ever. */
const codePart = 30;

/** A Markdown text that grows: its complete blocks, and the one that the model still writes. */
export class MarkdownStream {
  readonly #isColoured: boolean;
  #source = "";
  /** True where an empty line stands before the next block. */
  #isSpaced = false;

  constructor({ isColoured }: { readonly isColoured: boolean }) {
    this.#isColoured = isColoured;
  }

  /** The blocks that are complete with this text; each one once. */
  take(text: string): readonly BlockLayout[] {
    this.#source += text;
    const tokens = lexMarkdown(this.#source);
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    // Only an empty line ends a block for good: a line below it may still make another one of it.
    const ended = tokens.slice(0, Math.max(0, last)).findLastIndex(isEnded);
    const complete = tokens.slice(0, ended + 1);
    const raw = complete.map((token) => token.raw).join("");
    // The parser keeps the source in its tokens; without that certainty nothing is settled before the end.
    const isExact = this.#source.startsWith(raw);
    const settled = isExact ? this.#settle(complete) : [];
    if (isExact) this.#source = this.#source.slice(raw.length);
    return [...settled, ...this.#settleCode()];
  }

  /** The last block, now complete; the stream then begins again. */
  finish(): readonly BlockLayout[] {
    const last = this.#settle(lexMarkdown(this.#source));
    this.#source = "";
    this.#isSpaced = false;
    return last;
  }

  /** The block that is not complete, as it is now. */
  get open(): BlockLayout {
    if (this.#source.trim() === "") return () => [];
    // Marks that the model has not closed yet do not show.
    const healed = remend(this.#source, { linkMode: "text-only", katex: false });
    return layoutOf(lexMarkdown(healed), this.#isSpaced);
  }

  /** The first lines of long code, while the rest is written. */
  #settleCode(): readonly BlockLayout[] {
    // Without colours the fences stay, and only the whole block has them.
    const parts = this.#isColoured ? splitCode(this.#source) : undefined;
    if (parts === undefined) return [];
    const settled = this.#settle(lexMarkdown(parts.first));
    this.#source = parts.rest;
    this.#isSpaced = false;
    return settled;
  }

  #settle(tokens: readonly Token[]): readonly BlockLayout[] {
    return tokens
      .filter(({ type }) => type !== "space")
      .map((token) => {
        const layout = layoutOf([token], this.#isSpaced);
        this.#isSpaced = true;
        return layout;
      });
  }
}

/** The lines are kept: an answer is drawn again with each piece. */
function layoutOf(tokens: readonly Token[], isSpaced: boolean): BlockLayout {
  let known: { readonly look: BlockLook; readonly lines: readonly DraftLine[] } | undefined;
  return (look) => {
    if (known?.look.width === look.width && known.look.highlight === look.highlight)
      return known.lines;
    const lines = blockLines(tokens, look);
    known = { look, lines: isSpaced && lines.length > 0 ? ["", ...lines] : lines };
    return known.lines;
  };
}

function isEnded({ type, raw }: Token): boolean {
  return type === "space" || /\n[ \t]*\n$/.test(raw);
}

/** Code that is long, and not at its end, as two blocks of code; undefined for any other text. */
function splitCode(source: string): { readonly first: string; readonly rest: string } | undefined {
  const [head, fence] = /^(`{3,}|~{3,})[^\n]*\n/.exec(source) ?? [];
  if (head === undefined || fence === undefined) return undefined;
  const lines = source.slice(head.length).split("\n");
  const first = lines.slice(0, codePart);
  const isClosed = first.some((line) => line.trimStart().startsWith(fence));
  if (isClosed || lines.length <= codePart * 2) return undefined;
  return {
    first: `${head}${first.join("\n")}\n${fence}`,
    rest: `${head}${lines.slice(codePart).join("\n")}`,
  };
}
