import { styleText } from "node:util";
import { common, createLowlight } from "lowlight";
import type { Span } from "./flow-spans.ts";

type Content = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"][number];

/** Longer code has no colours: it is looked at again with each piece that the model writes. */
const longestCode = 20_000;

const lowlight = createLowlight(common);

/** The code with the colours of its language; plain for a language that is not known. */
export function highlightCode(code: string, language: string): readonly Span[] {
  const isKnown = language !== "" && lowlight.registered(language);
  if (!isKnown || code.length > longestCode) return [{ text: code, paint: (text) => text }];
  return lowlight
    .highlight(language, code)
    .children.flatMap((node) => spansOf(node, (text) => text));
}

function spansOf(node: Content, paint: (text: string) => string): readonly Span[] {
  if (node.type === "text") return [{ text: node.value, paint }];
  if (node.type !== "element") return [];
  const names = node.properties["className"];
  const name = Array.isArray(names) ? String(names[0]).replace(/^hljs-/, "") : "";
  const format = formats[name];
  const own =
    format === undefined
      ? paint
      : (text: string) => styleText(format, text, { validateStream: false });
  return node.children.flatMap((child) => spansOf(child, own));
}

const formats: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  keyword: "magenta",
  built_in: "cyan",
  type: "cyan",
  literal: "yellow",
  number: "yellow",
  string: "green",
  regexp: "green",
  comment: "dim",
  doctag: "dim",
  meta: "dim",
  title: "blue",
  section: "blue",
  name: "blue",
  attr: "cyan",
  attribute: "cyan",
  variable: "cyan",
  symbol: "yellow",
  addition: "green",
  deletion: "red",
};
