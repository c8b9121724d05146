import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";
import { errorResult } from "../tool/tool-result.ts";

export interface ResultLimit {
  /** The tool's name, for the notice to the model. */
  readonly name: string;
  /** Maximum UTF-8 bytes of text of one result. */
  readonly maxBytes: number;
  /** Keeps the text that was cut off and returns a cursor for it; absent for a tool without pages. */
  readonly keep?: (rest: string) => string | undefined;
}

/**
 * Cuts a result to the limit and adds a block that tells the model how much is missing and how to read it. Codex
 * would cut the middle out of a long result and give no more than a count of tokens.
 */
export function limitResult(result: CallToolResult, limit: ResultLimit): CallToolResult {
  const bytes = Math.max(measureText(result), measureStructure(result));
  if (bytes <= limit.maxBytes && measureMedia(result) <= maxMediaBytes) return result;
  const { structuredContent, ...bare } = result;
  if (structuredContent !== undefined && !isRepeatedInText(result))
    return errorResult(
      notice(
        `The result of ${limit.name} has ${format(bytes)} bytes, the limit is ` +
          `${format(limit.maxBytes)}, and a structured result cannot be cut. ${askForLess}`,
      ),
    );
  const { content, rest } = cutContent(bare.content, limit.maxBytes);
  if (rest === "") return { ...bare, content };
  const cursor = limit.keep?.(rest);
  const next =
    cursor === undefined
      ? askForLess
      : `To read on, call ${limit.name} again with the same arguments and cursor "${cursor}".`;
  const cut = `This result was cut: ${format(Buffer.byteLength(rest))} bytes of text are missing.`;
  return { ...bare, content: [...content, { type: "text", text: notice(`${cut} ${next}`) }] };
}

/** UTF-8 bytes of all text in a result. */
export function measureText({ content }: CallToolResult): number {
  return sum(content, (block) => Buffer.byteLength(textOf(block) ?? ""));
}

/** UTF-8 bytes of the structured content, which the text need not repeat. */
function measureStructure({ structuredContent }: CallToolResult): number {
  return structuredContent === undefined ? 0 : Buffer.byteLength(JSON.stringify(structuredContent));
}

/** Bytes of all blocks that are not text, in their encoded form. */
function measureMedia({ content }: CallToolResult): number {
  return sum(content, (block) => (textOf(block) === undefined ? JSON.stringify(block).length : 0));
}

/** Images and audio do not count as text for the model, so they have a limit of their own. */
const maxMediaBytes = 4 * 1024 * 1024;

const askForLess = "Narrow the arguments to get a shorter result.";

function notice(text: string): string {
  return `[Tool bridge: ${text}]`;
}

/** A JSON object is sent twice, as text and as structure: dropping the structure loses nothing. */
function isRepeatedInText({ content, structuredContent }: CallToolResult): boolean {
  const [first] = content;
  return (
    first?.type === "text" &&
    first.text === `\`\`\`json\n${JSON.stringify(structuredContent)}\n\`\`\``
  );
}

function cutContent(
  blocks: readonly ContentBlock[],
  maxBytes: number,
): { readonly content: ContentBlock[]; readonly rest: string } {
  const content: ContentBlock[] = [];
  const rest: string[] = [];
  let textBytes = 0;
  let mediaBytes = 0;
  for (const block of blocks) {
    const text = textOf(block);
    if (text === undefined) {
      const bytes = JSON.stringify(block).length;
      mediaBytes += bytes;
      content.push(mediaBytes <= maxMediaBytes ? block : leftOut(block.type, bytes));
      continue;
    }
    const head = rest.length > 0 ? "" : headOf(text, maxBytes - textBytes);
    textBytes += Buffer.byteLength(head);
    if (head !== "") content.push(withText(block, head));
    if (head.length < text.length) rest.push(text.slice(head.length));
  }
  return { content, rest: rest.join("\n\n") };
}

/** The longest beginning that fits, cut at the end of a line when there is one in its last quarter. */
function headOf(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, maxBytes)));
  if (read === text.length) return text;
  const lineEnd = text.lastIndexOf("\n", read - 1) + 1;
  return text.slice(0, lineEnd > read * 0.75 ? lineEnd : read);
}

function leftOut(type: string, bytes: number): ContentBlock {
  const text = notice(
    `A block of type ${type} was removed: it has ${format(bytes)} bytes, the limit is ${format(maxMediaBytes)}.`,
  );
  return { type: "text", text };
}

function textOf(block: ContentBlock): string | undefined {
  if (block.type === "text") return block.text;
  return block.type === "resource" && "text" in block.resource ? block.resource.text : undefined;
}

function withText(block: ContentBlock, text: string): ContentBlock {
  if (block.type === "text") return { ...block, text };
  return block.type === "resource" ? { ...block, resource: { ...block.resource, text } } : block;
}

function sum(blocks: readonly ContentBlock[], measure: (block: ContentBlock) => number): number {
  return blocks.reduce((total, block) => total + measure(block), 0);
}

function format(count: number): string {
  return count.toLocaleString("en-US");
}
