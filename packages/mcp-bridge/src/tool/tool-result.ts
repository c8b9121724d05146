import {
  type CallToolResult,
  CallToolResultSchema,
  type ContentBlock,
  ContentBlockSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

/**
 * The return value of `execute`: a string (markdown), `{ markdown, structured? }`, content blocks (text, image,
 * audio, resource link, embedded resource), a whole `CallToolResult` of MCP, or any JSON value. A value that JSON
 * cannot hold (a Map, an error, a promise that was not awaited, a BigInt, a cycle) becomes an error result that
 * names its place.
 */
export type ToolOutput =
  | string
  | { readonly markdown: string; readonly structured?: unknown }
  | {
      readonly content: readonly ContentBlock[];
      readonly isError?: boolean;
      readonly structuredContent?: Readonly<Record<string, unknown>>;
    }
  | number
  | boolean
  | null
  | object;

/** The output of a tool, classified by its keys: an object with any other key is a JSON value. */
export type SortedOutput =
  | { readonly kind: "text"; readonly markdown?: string; readonly structured?: unknown }
  /** `content` alone, which may also be a JSON value of the tool. */
  | { readonly kind: "blocks"; readonly result: Readonly<Record<string, unknown>> }
  /** `content` with `isError`, `structuredContent` or `_meta` beside it. */
  | { readonly kind: "result"; readonly result: Readonly<Record<string, unknown>> };

/**
 * Lays out the output of a tool as an MCP result that loses nothing for the model. Codex shows the model only
 * `structuredContent` when a result has it, and not the content blocks. So structured content is sent only where
 * it holds all of the text:
 *
 * - a string: the text;
 * - a JSON object: fenced JSON as text, the same object as structured content;
 * - another JSON value: fenced JSON as text (structured content must be an object);
 * - `{ markdown, structured }`: the markdown followed by the fenced JSON, no structured content;
 * - the same from a tool with an `outputSchema`: the structured properties and `markdown` beside them;
 * - content blocks: as they are, no structured content;
 * - a `CallToolResult`: as it is.
 *
 * @param output Plain JSON (see `snapshotJson`), or undefined.
 * @throws {TypeError} for a content block or result that does not match its type.
 */
export function layOutResult(output: unknown, promisesStructure: boolean): CallToolResult {
  const sorted = sortOutput(output);
  return sorted.kind === "text"
    ? layOutText(sorted, promisesStructure)
    : parseResult(sorted.result);
}

/** Lays out markdown and a JSON value; see `layOutResult`. */
export function layOutText(
  { markdown, structured }: { readonly markdown?: string; readonly structured?: unknown },
  promisesStructure: boolean,
): CallToolResult {
  const fencedJson =
    structured === undefined ? undefined : `\`\`\`json\n${JSON.stringify(structured)}\n\`\`\``;
  const text = [markdown, fencedJson].filter((part) => part !== undefined).join("\n\n");
  const content: ContentBlock[] = [{ type: "text", text: text === "" ? noOutput : text }];
  if (!isJsonObject(structured)) return { content };
  if (markdown === undefined) return { content, structuredContent: structured };
  return promisesStructure
    ? { content, structuredContent: { ...structured, markdown } }
    : { content };
}

/** A result that gives the model an error message, in well-formed Unicode. */
export function errorResult(message: string): CallToolResult {
  return { content: [{ type: "text", text: message.toWellFormed() }], isError: true };
}

export function sortOutput(output: unknown): SortedOutput {
  if (output === undefined) return { kind: "text" };
  if (typeof output === "string") return { kind: "text", markdown: output };
  if (hasOnlyKeys(output, ["content"]) && isBlockList(output["content"]))
    return { kind: "blocks", result: output };
  if (hasOnlyKeys(output, resultKeys) && isResult(output))
    return { kind: "result", result: output };
  if (hasOnlyKeys(output, ["markdown", "structured"]) && typeof output["markdown"] === "string")
    return { kind: "text", markdown: output["markdown"], structured: output["structured"] };
  return { kind: "text", structured: output };
}

const noOutput = "(The tool returned nothing.)";
const resultKeys = ["content", "isError", "structuredContent", "_meta"];

/** @throws {TypeError} that names the place of each fault. */
export function parseResult(result: Readonly<Record<string, unknown>>): CallToolResult {
  const blocks = blockList.safeParse(result["content"]);
  if (!blocks.success)
    throw new TypeError(
      `The tool returned an invalid content block:\n${z.prettifyError(blocks.error)}`,
    );
  const parsed = CallToolResultSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The tool returned an invalid CallToolResult:\n${z.prettifyError(parsed.error)}`,
  );
}

const blockList = z.array(ContentBlockSchema);

function isResult({ content, isError, structuredContent }: Record<string, unknown>): boolean {
  if (!Array.isArray(content)) return false;
  return isBlockList(content) || typeof isError === "boolean" || structuredContent !== undefined;
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

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
