import type { DecodedBody } from "./decode-body.ts";
import { isRecord } from "./is-record.ts";

/** One model request as the stand-in service received it. */
export interface SimRequest {
  /** Counts the model requests, from 0. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** In lower case. Credentials are replaced by a fingerprint. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; the text when it is not JSON; absent when it could not be decoded. */
  readonly body: unknown;
  /** The reason why the body could not be decoded. */
  readonly undecoded?: string;
  /** Size of the body as sent, compressed or not. */
  readonly bytes: number;
  readonly model?: string;
  /**
   * The names of the tools that the model sees: `exec_command` for a function,
   * `mcp__ktx.wiki_search` for one in a namespace, and the type of a hosted tool (`web_search`).
   */
  readonly tools: readonly string[];
  /** The instructions that do not come from the user: `instructions`, developer and system messages. */
  readonly instructions?: string;
  /** The text of the user's messages, one per line; an image is `(image)`. */
  readonly userText: string;
  /** The text of the user's last message. */
  readonly prompt: string;
  /** The images of the user's messages and of the tool results, in their order. */
  readonly images: readonly SimImage[];
  /** The results of the tool calls in the conversation so far, oldest first. */
  readonly toolOutputs: readonly ToolOutput[];
  /** The JSON Schema of the answer (`text.format.schema`). */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

/** An image that the model would see. */
export interface SimImage {
  readonly from: "user" | "tool";
  /** `image/png` */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface ToolOutput {
  readonly callId: string;
  /** Text parts are joined with line breaks; an image is `(image)`, and anything else is given as JSON. */
  readonly output: string;
}

/** The parts of a request that are known before its body is read. */
export type RequestHead = Pick<SimRequest, "index" | "method" | "path" | "headers">;

/** A typed reading of a request with any body. Never throws: a missing field is absent. */
export function parseSimRequest(
  head: RequestHead,
  decoded: DecodedBody,
  bytes: number,
): SimRequest {
  const body = decoded.ok ? parseJson(decoded.text) : undefined;
  const fields = isRecord(body) ? body : {};
  const input = records(fields["input"]);
  const format = isRecord(fields["text"]) ? fields["text"]["format"] : undefined;
  const outputSchema = isRecord(format) ? format["schema"] : undefined;
  const userTexts =
    typeof fields["input"] === "string" ? [fields["input"]] : messages(input, ["user"]);
  const instructions = [
    ...(typeof fields["instructions"] === "string" ? [fields["instructions"]] : []),
    ...messages(input, ["developer", "system"]),
  ];
  return {
    ...head,
    body,
    ...(decoded.ok ? {} : { undecoded: decoded.reason }),
    bytes,
    ...(typeof fields["model"] === "string" ? { model: fields["model"] } : {}),
    tools: [fields, ...input.filter(({ type }) => type === "additional_tools")].flatMap((holder) =>
      records(holder["tools"]).flatMap(toolNames),
    ),
    ...(instructions.length > 0 ? { instructions: instructions.join("\n") } : {}),
    userText: userTexts.join("\n"),
    prompt: userTexts.at(-1) ?? "",
    images: input.flatMap(imagesOf),
    toolOutputs: input.filter(isToolOutput).map(({ call_id: callId, output }) => ({
      callId: typeof callId === "string" ? callId : "",
      output: contentText(output),
    })),
    ...(isRecord(outputSchema) ? { outputSchema } : {}),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function records(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function messages(input: readonly Fields[], roles: readonly string[]): readonly string[] {
  return input
    .filter(({ role }) => typeof role === "string" && roles.includes(role))
    .map(({ content }) => contentText(content));
}

/** `input_image` parts with a data URL, which Codex always sends (0.163.0). */
function imagesOf(item: Fields): readonly SimImage[] {
  const isTools = isToolOutput(item);
  const parts = isTools ? item["output"] : item["role"] === "user" ? item["content"] : undefined;
  return records(parts).flatMap(({ type, image_url: url }) => {
    const data = typeof url === "string" ? /^data:([^;,]*);base64,(.*)$/s.exec(url) : null;
    if (type !== "input_image" || data === null) return [];
    const [, mediaType = "", base64 = ""] = data;
    return { from: isTools ? "tool" : "user", mediaType, bytes: Buffer.from(base64, "base64") };
  });
}

function isToolOutput({ type }: Fields): boolean {
  return type === "function_call_output" || type === "custom_tool_call_output";
}

function toolNames(tool: Fields): readonly string[] {
  if (tool["type"] !== "namespace") return [toolName(tool)];
  return records(tool["tools"]).map((inner) => `${toolName(tool)}.${toolName(inner)}`);
}

function toolName({ name, type }: Fields): string {
  return [name, type].find((value) => typeof value === "string") ?? "?";
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : JSON.stringify(content);
  return content
    .map((part: unknown) => {
      if (isRecord(part) && typeof part["text"] === "string") return part["text"];
      return isRecord(part) && part["type"] === "input_image" ? "(image)" : JSON.stringify(part);
    })
    .join("\n");
}
