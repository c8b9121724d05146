import type { ThreadEvent } from "../thread-event.ts";
import { buildTokenUsage, type TokenUsage } from "../token-usage.ts";

/** The model's responses of one turn so far. */
export interface ResponseProgress {
  /** True between a request to the model and the end of its response. */
  readonly isOpen: boolean;
  /** True once something of that response has arrived. */
  readonly hasBegun: boolean;
  /** Calls of tools in the present response, or in the last one. */
  readonly toolCalls: number;
  /** The ids of those that have no answer yet. */
  readonly pending: readonly string[];
}

/** One fact about a response of the model. */
export type ResponseStep =
  | { readonly type: "started" }
  /** Its first text, thought or call. It comes again after a reconnect. */
  | { readonly type: "first-chunk" }
  | {
      readonly type: "completed";
      /** The service's id of the response. */
      readonly id?: string;
      /** Tokens of this response alone. */
      readonly usage?: TokenUsage;
      readonly toolCalls: number;
    };

/** The progress of a turn that has not started. */
export const noResponses: ResponseProgress = {
  isOpen: false,
  hasBegun: false,
  toolCalls: 0,
  pending: [],
};

/**
 * Follows the single responses of the model through the events of a thread with `experimentalRawEvents`. Pure.
 *
 * Codex does not report its requests (0.163.0). A response counts as started with its turn, or with the answer of the
 * last tool call of the response before it; where neither was seen, with its first call or its end. Codex's own
 * reconnects are a part of the response.
 *
 * @param event An event of the turn, or a piece of the model's text.
 */
export function followResponses(
  before: ResponseProgress,
  event: ThreadEvent | { readonly type: "text-delta" },
): { readonly progress: ResponseProgress; readonly steps: readonly ResponseStep[] } {
  switch (event.type) {
    case "turn.started":
      return start(noResponses);
    case "text-delta":
      return begin(before);
    case "response.call": {
      const { progress, steps } = begin(before.isOpen ? before : start(before).progress);
      const called = {
        ...progress,
        toolCalls: progress.toolCalls + 1,
        pending: [...progress.pending, event.id],
      };
      return { progress: called, steps: before.isOpen ? steps : [{ type: "started" }, ...steps] };
    }
    case "response.completed": {
      const { id, usage } = event;
      const { toolCalls, pending } = before.isOpen ? before : noResponses;
      const completed: ResponseStep = {
        type: "completed",
        ...(id !== undefined && { id }),
        ...(usage && { usage: buildTokenUsage(usage) }),
        toolCalls,
      };
      const steps: readonly ResponseStep[] = before.isOpen
        ? [completed]
        : [{ type: "started" }, completed];
      if (toolCalls === 0 || pending.length > 0)
        return { progress: { ...before, isOpen: false, toolCalls, pending }, steps };
      const next = start(before);
      return { progress: next.progress, steps: [...steps, ...next.steps] };
    }
    case "item.started":
    case "item.updated":
    case "item.completed": {
      const { type, id } = event.item;
      if (type === "agent_message" || type === "reasoning") return begin(before);
      if (event.type !== "item.completed" || id === undefined || !before.pending.includes(id))
        return { progress: before, steps: [] };
      const progress = { ...before, pending: before.pending.filter((other) => other !== id) };
      return progress.isOpen || progress.pending.length > 0
        ? { progress, steps: [] }
        : start(progress);
    }
    case "error":
      return { progress: { ...before, hasBegun: false }, steps: [] };
    case "thread.started":
    case "turn.completed":
    case "turn.failed":
    case "unrecognized":
    case "malformed":
      return { progress: before, steps: [] };
    default:
      return event satisfies never;
  }
}

type Followed = ReturnType<typeof followResponses>;

function start({ pending }: ResponseProgress): Followed {
  return {
    progress: { isOpen: true, hasBegun: false, toolCalls: 0, pending },
    steps: [{ type: "started" }],
  };
}

function begin(before: ResponseProgress): Followed {
  return before.isOpen && !before.hasBegun
    ? { progress: { ...before, hasBegun: true }, steps: [{ type: "first-chunk" }] }
    : { progress: before, steps: [] };
}
