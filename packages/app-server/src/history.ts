import type { AppServer } from "./app-server.ts";

/** One step of a conversation that took place before a thread was opened. */
export type HistoryItem =
  | { readonly type: "message"; readonly role: "user" | "assistant"; readonly text: string }
  /** A tool call of the model, with the text that it read as the result. */
  | {
      readonly type: "tool-call";
      readonly tool: string;
      readonly arguments: Readonly<Record<string, unknown>>;
      readonly result: string;
    };

/**
 * Puts a conversation before the first turn of a thread. Codex drops an unknown item, and an output without its call,
 * without an error (`thread/inject_items`, 0.163.0): see `findHistoryProblem`.
 *
 * @param namespace The one in which the model sees the tools, if any.
 */
export async function injectHistory(
  server: AppServer,
  threadId: string,
  history: readonly HistoryItem[],
  namespace?: string,
): Promise<void> {
  if (history.length === 0) return;
  const items = history.flatMap((item, index) => toResponseItems(item, index + 1, namespace));
  await server.request("thread/inject_items", { threadId, items });
}

/** Items of the Responses API. */
function toResponseItems(
  item: HistoryItem,
  number: number,
  namespace: string | undefined,
): readonly object[] {
  if (item.type === "message") {
    const type = item.role === "user" ? "input_text" : "output_text";
    return [{ type: "message", role: item.role, content: [{ type, text: item.text }] }];
  }
  const { tool: name, result: output } = item;
  const call_id = `call_before_${number}`;
  const call = { type: "function_call", name, arguments: JSON.stringify(item.arguments), call_id };
  return [
    namespace === undefined ? call : { ...call, namespace },
    { type: "function_call_output", call_id, output },
  ];
}

/** A sentence about the first item that Codex would drop or misread; undefined without one. Pure. */
export function findHistoryProblem(history: readonly HistoryItem[]): string | undefined {
  for (const [index, item] of history.entries()) {
    const problem = findProblem(item);
    if (problem !== undefined)
      return `Expected \`history[${index}]\` to be a message or a tool call: ${problem}. Give each message a role and a text, and each tool call its tool, arguments and result.`;
  }
  return undefined;
}

function findProblem(item: HistoryItem): string | undefined {
  switch (item.type) {
    case "message":
      if (item.role !== "user" && item.role !== "assistant")
        return `its role is ${JSON.stringify(item.role satisfies never)}, and "user" and "assistant" are known`;
      return typeof item.text === "string" && item.text.trim() !== ""
        ? undefined
        : "it has no text";
    case "tool-call":
      if (typeof item.tool !== "string" || item.tool === "") return "it names no tool";
      return typeof item.result === "string" ? undefined : "it has no result";
    default:
      return `its type is ${JSON.stringify(typeOf(item satisfies never))}`;
  }
}

function typeOf(item: unknown): unknown {
  return typeof item === "object" && item !== null && "type" in item ? item.type : item;
}
