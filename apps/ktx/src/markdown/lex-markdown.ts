import { Lexer, type Token } from "marked";

/** Marks of quotes and lists at the beginning of a line, deeper than any text means and any parser can follow. */
const tooDeep = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])[ \t]*){50}.*$/m;

/** The blocks of a Markdown text. One that is nested beyond all measure is a block of plain text. */
export function lexMarkdown(text: string): readonly Token[] {
  return tooDeep.test(text) ? [{ type: "html", raw: text, text }] : new Lexer().lex(text);
}
