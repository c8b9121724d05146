import { diffComm } from "node-diff3";

const byteOrderMark = "\uFEFF";

/**
 * A text without what editors and Git change by themselves: with line breaks of LF, without a byte order mark, and with a
 * line break at its end. Pure.
 */
export function plainText(text: string): string {
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  return plain === "" || plain.endsWith("\n") ? plain : `${plain}\n`;
}

/** True for texts that say the same: a difference of form alone is no edit of a person. */
export function isSameText(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return plainText(one) === plainText(other);
}

/**
 * A text in the form that a page has: its byte order mark, its line breaks, and none at the end where it has none. Where
 * the page has both kinds of line breaks, each line that it has keeps its own, and new ones take that of the first. Pure.
 */
export function keepForm(text: string, page: string | undefined): string {
  const plain = plainText(text);
  if (page === undefined || page === "" || page === byteOrderMark) return text;
  const mark = page.startsWith(byteOrderMark) ? byteOrderMark : "";
  const broken = page.includes("\r\n") ? breakLines(plain, page) : plain;
  return mark + (page.endsWith("\n") ? broken : broken.replace(/\r?\n$/, ""));
}

function breakLines(plain: string, page: string): string {
  const breaks = page.match(/\r?\n/g) ?? [];
  const [first = "\n"] = breaks;
  if (breaks.every((one) => one === "\r\n")) return plain.replaceAll("\n", "\r\n");
  const linesOf = (text: string): readonly string[] => plainText(text).split("\n").slice(0, -1);
  let at = 0;
  return diffComm([...linesOf(page)], [...linesOf(plain)])
    .flatMap((part) => {
      if ("common" in part)
        return (part.common ?? []).map((line) => `${line}${breaks[at++] ?? first}`);
      at += part.buffer1.length;
      return part.buffer2.map((line) => `${line}${first}`);
    })
    .join("");
}
