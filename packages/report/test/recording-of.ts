/** A recording with these lines, each in its turn; the times count up where a line has none. */
export function recordingOf(...lines: readonly object[]): string {
  const all = [{ type: "recording", version: 1, madeBy: "a test" }, ...lines];
  return all
    .map((line, index) => `${JSON.stringify({ turn: 1, atMs: index * 100, ...line })}\n`)
    .join("");
}

export function start(more: object = {}): object {
  const prompt = "Find the refund rules.";
  return {
    type: "turn-start",
    thread: 1,
    model: "gpt-5.5",
    tools: ["wiki_search"],
    prompt,
    images: 0,
    ...more,
  };
}

export function event(told: object, more: object = {}): object {
  return { type: "signal", signal: { type: "event", event: told }, ...more };
}

export function call(id: string, more: object = {}): readonly [started: object, completed: object] {
  const item = {
    id,
    type: "mcp_tool_call",
    server: "ktx",
    tool: "wiki_search",
    arguments: { query: id },
    ...more,
  };
  return [
    event({ type: "item.started", item: { ...item, status: "in_progress" } }),
    event({
      type: "item.completed",
      item: {
        status: "completed",
        result: { content: [{ type: "text", text: `Pages of ${id}.` }] },
        ...item,
      },
    }),
  ];
}

export function usage(
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
): object {
  const totalTokens = inputTokens + outputTokens;
  return {
    type: "signal",
    signal: { type: "usage", usage: { inputTokens, cachedInputTokens, outputTokens, totalTokens } },
  };
}

export function message(text: string): object {
  return event({ type: "item.completed", item: { id: "m", type: "agent_message", text } });
}

export const completed: readonly object[] = [
  event({ type: "turn.completed" }),
  { type: "turn-end" },
];
