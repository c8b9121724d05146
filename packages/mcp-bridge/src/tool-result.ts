import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

/**
 * What `execute` may return: a string (markdown), `{ markdown, structured? }`, or any JSON value.
 * Any other value, such as a BigInt or a cycle, is told to the model as the tool's error.
 */
export type ToolOutput =
  | string
  | { readonly markdown: string; readonly structured?: unknown }
  | number
  | boolean
  | null
  | object;

/** What a tool returned, sorted into its two halves. */
interface SortedOutput {
  readonly markdown?: string;
  readonly structured?: unknown;
}

/**
 * Lays out what a tool returned as an MCP result in which nothing is lost to the model. Codex shows the model
 * only `structuredContent` when a result has it, and not the text. So it is sent only where it says all that
 * the text says:
 *
 * - a string: the text;
 * - a JSON object: fenced JSON as text, the same object as structured content;
 * - another JSON value: fenced JSON as text (structured content must be an object);
 * - `{ markdown, structured }`: the markdown followed by the fenced JSON, no structured content;
 * - the same from a tool with an `outputSchema`: the structured properties and `markdown` beside them.
 *
 * @throws {TypeError} when a value has no JSON form.
 */
export function layOutResult(output: unknown, promisesStructure: boolean): CallToolResult {
  const { markdown, structured } = sortOutput(output);
  const fencedJson =
    structured === undefined ? undefined : `\`\`\`json\n${toJson(structured)}\n\`\`\``;
  const text = [markdown, fencedJson].filter((part) => part !== undefined).join("\n\n");
  const content: CallToolResult["content"] = [
    { type: "text", text: text === "" ? noOutput : text },
  ];
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

/** Tells `{ markdown, structured? }` from a JSON value that merely has such a key among others. */
export function sortOutput(output: unknown): SortedOutput {
  if (output === undefined) return {};
  if (typeof output === "string") return { markdown: output };
  if (typeof output !== "object" || output === null) return { structured: output };
  if (!("markdown" in output) || typeof output.markdown !== "string") return { structured: output };
  if (Object.keys(output).some((key) => key !== "markdown" && key !== "structured"))
    return { structured: output };
  return {
    markdown: output.markdown,
    ...("structured" in output &&
      output.structured !== undefined && { structured: output.structured }),
  };
}

const noOutput = "(The tool returned nothing.)";

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
