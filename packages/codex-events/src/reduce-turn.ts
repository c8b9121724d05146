import { isCompletedAgentStep } from "./agent-step.ts";
import { boundText } from "./bound-text.ts";
import type { ErrorFacts, ItemEvent, ThreadEvent } from "./thread-event.ts";
import { buildTokenUsage } from "./token-usage.ts";
import { recoverAll, withCompletedCall, withStartedCall } from "./tool-call-facts.ts";
import { limits, type TurnFacts, type TurnState } from "./turn-state.ts";

/**
 * The state after one more event. Total and pure. A completed or failed turn does not
 * change any more.
 *
 * @param atMs The arrival time of the event, in milliseconds of any clock that does not run backwards.
 *   Offsets count from the first event.
 */
export function reduceTurn(state: TurnState, event: ThreadEvent, atMs: number): TurnState {
  if (state.phase !== "running") return state;
  const facts: TurnFacts =
    state.facts.startedAtMs === undefined ? { ...state.facts, startedAtMs: atMs } : state.facts;
  switch (event.type) {
    case "thread.started":
      return event.thread_id === undefined
        ? running(facts)
        : running({ ...facts, threadId: event.thread_id });
    case "item.completed":
      return running(withItem(facts, event, atMs));
    case "error":
      return running({
        ...facts,
        provisionalErrorCount: facts.provisionalErrorCount + 1,
        lastErrorText: boundText(event.message, limits.errorLength),
        lastErrorFacts: pickErrorFacts(event),
      });
    case "turn.completed":
      return {
        phase: "completed",
        // A turn with only an answer took one step: the answer.
        facts: facts.stepCount === 0 ? withStep(facts, atMs) : facts,
        usage: buildTokenUsage(event.usage ?? {}),
      };
    case "turn.failed":
      return {
        phase: "failed",
        facts,
        failureText:
          boundText(event.error.message, limits.errorLength) || (facts.lastErrorText ?? ""),
        failureFacts: { ...facts.lastErrorFacts, ...pickErrorFacts(event.error) },
      };
    case "item.started":
      return running(
        event.item.type === "mcp_tool_call" ? withStartedCall(facts, event.item) : facts,
      );
    case "turn.started":
    case "item.updated":
    case "response.call":
    case "response.completed":
    case "unrecognized":
    case "malformed":
      return running(facts);
    default:
      return event satisfies never;
  }

  function running(next: TurnFacts): TurnState {
    return next === state.facts ? state : { phase: "running", facts: next };
  }
}

function pickErrorFacts({ info, limits: used, retryAfterMs }: ErrorFacts): ErrorFacts {
  return {
    ...(info !== undefined && { info }),
    ...(used !== undefined && { limits: used }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function withItem(facts: TurnFacts, event: ItemEvent, atMs: number): TurnFacts {
  const { item } = event;
  if (item.type === "agent_message") return withMessage(facts, item.text);
  if (item.type === "error") return withWarning(facts, item.message);
  const next = isCompletedAgentStep(event) ? withStep(facts, atMs) : facts;
  return item.type === "mcp_tool_call" ? withCompletedCall(next, item) : next;
}

/** A message without text recovers no failure. */
function withMessage(facts: TurnFacts, text: string): TurnFacts {
  const next = { ...facts, lastMessage: text };
  return text.trim() === "" ? next : recoverAll(next);
}

function withStep(facts: TurnFacts, atMs: number): TurnFacts {
  const offset = Math.max(0, atMs - (facts.startedAtMs ?? atMs));
  return {
    ...facts,
    stepCount: facts.stepCount + 1,
    stepBoundariesMs: appendWithin(limits.steps, facts.stepBoundariesMs, offset),
  };
}

/** Codex emits some warnings twice. */
function withWarning(facts: TurnFacts, message: string): TurnFacts {
  const warning = boundText(message, limits.warningLength);
  if (facts.warnings.includes(warning)) return facts;
  return { ...facts, warnings: appendWithin(limits.warnings, facts.warnings, warning) };
}

function appendWithin<T>(limit: number, list: readonly T[], entry: T): readonly T[] {
  return list.length < limit ? [...list, entry] : list;
}
