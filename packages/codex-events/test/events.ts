import { initialTurnState, parseThreadEvent, reduceTurn, type TurnState } from "../src/index.ts";

/** Raw events as Codex writes them, with only what a test is about. */
export const turnStarted = { type: "turn.started" };
export const turnCompleted = { type: "turn.completed" };

export function turnFailed(message: string): object {
  return { type: "turn.failed", error: { message } };
}

export function provisionalError(message: string): object {
  return { type: "error", message };
}

export function completed(item: object): object {
  return { type: "item.completed", item: { id: "item_0", ...item } };
}

export function agentMessage(text: string): object {
  return completed({ type: "agent_message", text });
}

export function warning(message: string): object {
  return completed({ type: "error", message });
}

export function commandRun(exitCode = 0): object {
  return completed({
    type: "command_execution",
    command: "/bin/bash -lc 'true'",
    aggregated_output: "",
    exit_code: exitCode,
    status: exitCode === 0 ? "completed" : "failed",
  });
}

/** A successful call, as 0.163.0 writes it: with both keys, and null where there is nothing. */
export function toolCall(fields: object = {}): object {
  return completed({
    type: "mcp_tool_call",
    server: "ktx",
    tool: "wiki_search",
    arguments: { query: "rev" },
    result: { content: [{ type: "text", text: "found" }], structured_content: null },
    error: null,
    status: "completed",
    ...fields,
  });
}

/** Folds raw events that arrive 10 ms apart, the first at 1,000 ms. */
export function fold(...raws: readonly unknown[]): TurnState {
  return raws.reduce<TurnState>(
    (state, raw, index) => reduceTurn(state, parseThreadEvent(raw), 1000 + index * 10),
    initialTurnState(),
  );
}
