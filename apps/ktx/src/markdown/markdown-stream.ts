import type { Token } from "marked";
import remend from "remend";
import { blockLines, type BlockLook } from "./block-lines.ts";
import { lexMarkdown } from "./lex-markdown.ts";

/** The blocks of a growing text. */
export interface MarkdownProgress {
  /** Lines of blocks that are complete; each block's once. */
  readonly settled: readonly string[];
  /** Lines of the last block so far. */
  readonly open: readonly string[];
}

/** Lines of code that are complete together: colours are found again with each piece, so code must not grow for ever. */
const codePart = 30;

/** A Markdown text that grows: its complete blocks, and the one that the model still writes. */
export class MarkdownStream {
  #source = "";
  /** True where an empty line stands before the next block. */
  #isSpaced = false;

  take(text: string, look: BlockLook): MarkdownProgress {
    this.#source += text;
    const tokens = lexMarkdown(this.#source);
    const last = tokens.findLastIndex(({ type }) => type !== "space");
    // Only an empty line ends a block for good: a line below it may still make another one of it.
    const ended = tokens.slice(0, Math.max(0, last)).findLastIndex(isEnded);
    const complete = tokens.slice(0, ended + 1);
    const raw = complete.map((token) => token.raw).join("");
    // The parser keeps the source in its tokens; without that certainty nothing is settled before the end.
    const isExact = this.#source.startsWith(raw);
    const settled = isExact && complete.length > 0 ? this.#settle(complete, look) : [];
    if (isExact) this.#source = this.#source.slice(raw.length);
    return { settled: [...settled, ...this.#settleCode(look)], open: this.#open(look) };
  }

  /** The lines of the last block, now complete; the stream then begins again. */
  finish(look: BlockLook): readonly string[] {
    const lines = this.#settle(lexMarkdown(this.#source), look);
    this.#source = "";
    this.#isSpaced = false;
    return lines;
  }

  /** The first lines of long code, while the rest is written. */
  #settleCode(look: BlockLook): readonly string[] {
    // Without colours the fences stay, and only the whole block has them.
    const parts = look.style.isColoured ? splitCode(this.#source) : undefined;
    if (parts === undefined) return [];
    const lines = this.#settle(lexMarkdown(parts.first), look);
    this.#source = parts.rest;
    this.#isSpaced = false;
    return lines;
  }

  /** The lines of the open block as it is now. */
  #open(look: BlockLook): readonly string[] {
    if (this.#source.trim() === "") return [];
    // Marks that the model has not closed yet do not show.
    const healed = remend(this.#source, { linkMode: "text-only", katex: false });
    return this.#space(blockLines(lexMarkdown(healed), look));
  }

  #settle(tokens: readonly Token[], look: BlockLook): readonly string[] {
    const lines = this.#space(blockLines(tokens, look));
    if (lines.length > 0) this.#isSpaced = true;
    return lines;
  }

  #space(lines: readonly string[]): readonly string[] {
    return this.#isSpaced && lines.length > 0 ? ["", ...lines] : lines;
  }
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
