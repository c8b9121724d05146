import { isRecord } from "./is-record.ts";
import { text, toolCall } from "./sim-item.ts";
import { neverAnswer, refuse, reply, type SimReply } from "./sim-reply.ts";

/**
 * A script as JSON, for programs in other languages: a list of replies, each of them one of
 * `{ "text": "…" }`, `{ "tool": "name", "arguments": {…} }`, `{ "items": [text or tool, …] }`,
 * `{ "status": 429, "body": {…}, "headers": {…} }`, `{ "never": true }`.
 *
 * @throws an error that names the reply that is wrong.
 */
export function parseScript(json: string): readonly SimReply[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected a script as JSON, got another text (${reason}).`, { cause: error });
  }
  if (!Array.isArray(value))
    throw new Error("Expected a script as a list of replies, got no list.");
  return value.map(parseReply);
}

function parseReply(value: unknown, index: number): SimReply {
  const item = parseItem(value);
  if (item !== undefined) return reply([item]);
  const { items, status, body = "", headers = {}, never } = isRecord(value) ? value : {};
  if (Array.isArray(items)) {
    const parsed = items.map(parseItem);
    const whole = parsed.filter((each) => each !== undefined);
    if (whole.length === parsed.length) return reply(whole);
  }
  if (
    typeof status === "number" &&
    Number.isSafeInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    (typeof body === "string" || isRecord(body)) &&
    isRecord(headers)
  )
    return refuse(
      status,
      body,
      Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, String(each)])),
    );
  if (never === true) return neverAnswer();
  throw new Error(
    `Reply ${index}: expected \`text\`, \`tool\` with \`arguments\`, \`items\`, \`status\`, or \`never\`, got ${JSON.stringify(value)}.`,
  );
}

function parseItem(value: unknown): ReturnType<typeof text> | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value["text"] === "string") return text(value["text"]);
  const { tool, arguments: input = {} } = value;
  return typeof tool === "string" && isRecord(input) ? toolCall(tool, { ...input }) : undefined;
}
