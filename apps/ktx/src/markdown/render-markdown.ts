import type { CliIo, CliOutput } from "../cli-io.ts";
import { plain } from "../render/layout.ts";
import { isColoured } from "../render/style.ts";
import { terminalWidth } from "../render/text-width.ts";
import { textOf } from "../terminal/draft-line.ts";
import { blockLines } from "./block-lines.ts";
import { lexMarkdown } from "./lex-markdown.ts";
import { createMarkdownStyle } from "./markdown-style.ts";

/** A whole Markdown text of a model for a terminal, as lines of its present width; the source for one without abilities. */
export async function renderMarkdown(
  text: string,
  output: CliOutput,
  env: CliIo["env"],
): Promise<string> {
  if (env["TERM"] === "dumb") return `${plain(text.trimEnd())}\n`;
  const style = createMarkdownStyle(isColoured(output, env));
  const { highlightCode: highlight } = await import("./highlight-code.ts");
  const look = { width: terminalWidth(output), style, highlight };
  return `${blockLines(lexMarkdown(plain(text)), look)
    .map(textOf)
    .join("\n")}\n`;
}
