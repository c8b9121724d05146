import {
  type CallToolResult,
  type ContentBlock,
  ContentBlockSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

/**
 * What `execute` may return: a string (markdown), `{ markdown, structured? }`, content blocks (text, image,
 * audio, resource link, embedded resource), or any JSON value. A value without JSON form, such as a BigInt or a
 * cycle, is told to the model as the tool's error.
 */
export type ToolOutput =
  | string
  | { readonly markdown: string; readonly structured?: unknown }
  | { readonly content: readonly ContentBlock[] }
  | number
  | boolean
  | null
  | object;

/** What a tool returned, told apart by its keys: an object with any other key is a JSON value. */
export type SortedOutput =
  | { readonly kind: "text"; readonly markdown?: string; readonly structured?: unknown }
  | { readonly kind: "blocks"; readonly content: unknown };

/**
 * Lays out what a tool returned as an MCP result in which nothing is lost to the model. Codex shows the model
 * only `structuredContent` when a result has it, and not the content blocks. So it is sent only where it says
 * all that the text says:
 *
 * - a string: the text;
 * - a JSON object: fenced JSON as text, the same object as structured content;
 * - another JSON value: fenced JSON as text (structured content must be an object);
 * - `{ markdown, structured }`: the markdown followed by the fenced JSON, no structured content;
 * - the same from a tool with an `outputSchema`: the structured properties and `markdown` beside them;
 * - content blocks: as they are, no structured content.
 *
 * @throws {TypeError} when a value has no JSON form, or a content block not the form of its type.
 */
export function layOutResult(output: unknown, promisesStructure: boolean): CallToolResult {
  const sorted = sortOutput(output);
  if (sorted.kind === "blocks") return { content: parseBlocks(sorted.content) };
  const { markdown, structured } = sorted;
  const fencedJson =
    structured === undefined ? undefined : `\`\`\`json\n${toJson(structured)}\n\`\`\``;
  const text = [markdown, fencedJson].filter((part) => part !== undefined).join("\n\n");
  const content: ContentBlock[] = [{ type: "text", text: text === "" ? noOutput : text }];
  if (!isJsonObject(structured)) return { content };
  if (markdown === undefined) return { content, structuredContent: structured };
  return promisesStructure
    ? { content, structuredContent: { ...structured, markdown } }
    : { content };
}

/** A result that tells the model what went wrong. */
export function errorResult(message: string): CallToolResult {
  return { content: [{ type: "text", text: message }], isError: true };
}

export function sortOutput(output: unknown): SortedOutput {
  if (output === undefined) return { kind: "text" };
  if (typeof output === "string") return { kind: "text", markdown: output };
  if (hasOnlyKeys(output, ["content"]) && isBlockList(output["content"]))
    return { kind: "blocks", content: output["content"] };
  if (hasOnlyKeys(output, ["markdown", "structured"]) && typeof output["markdown"] === "string")
    return { kind: "text", markdown: output["markdown"], structured: output["structured"] };
  return { kind: "text", structured: output };
}

const noOutput = "(The tool returned nothing.)";

function parseBlocks(content: unknown): ContentBlock[] {
  const blocks = z.array(ContentBlockSchema).safeParse(content);
  if (blocks.success) return blocks.data;
  throw new TypeError(
    `The tool returned an invalid content block:\n${z.prettifyError(blocks.error)}`,
  );
}

function hasOnlyKeys(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).every((key) => keys.includes(key))
  );
}

function isBlockList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isBlockLike);
}

function isBlockLike(value: unknown): boolean {
  const types = ["text", "image", "audio", "resource_link", "resource"];
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    types.some((type) => type === value.type)
  );
}

function toJson(value: unknown): string {
  const json: unknown = JSON.stringify(value);
  if (typeof json === "string") return json;
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

/** What serialises itself (a Date) may turn into anything, so it stays text. */
function isJsonObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !("toJSON" in value)
  );
}
