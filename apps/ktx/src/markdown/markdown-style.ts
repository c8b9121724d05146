import { styleText } from "node:util";

type Paint = (text: string) => string;

/** The emphasis of rendered Markdown. */
export interface MarkdownStyle {
  /** False where nothing shows emphasis: its marks then stay in the text. */
  readonly isColoured: boolean;
  readonly heading: Paint;
  readonly strong: Paint;
  readonly emphasis: Paint;
  readonly deleted: Paint;
  readonly code: Paint;
  readonly link: Paint;
  readonly faint: Paint;
}

export function createMarkdownStyle(isColoured: boolean): MarkdownStyle {
  const style =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      isColoured && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    isColoured,
    heading: style("bold"),
    strong: style("bold"),
    emphasis: style("italic"),
    deleted: style("strikethrough"),
    code: style("cyan"),
    link: style("underline"),
    faint: style("dim"),
  };
}
