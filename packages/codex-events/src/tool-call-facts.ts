import type { McpToolCallItem } from "./thread-event.ts";
import { findToolFailure, type ToolFailure } from "./tool-failure.ts";
import { limits, type TurnFacts } from "./turn-state.ts";

/** The facts after the start of a tool call. A call without an id starts when it completes. */
export function withStartedCall(facts: TurnFacts, { id }: McpToolCallItem): TurnFacts {
  const { failuresBefore, toolFailures } = facts;
  if (id === undefined || failuresBefore.size >= limits.runningCalls) return facts;
  return { ...facts, failuresBefore: new Map(failuresBefore).set(id, toolFailures.length) };
}

/** The facts after the end of a tool call: it failed, or it recovers earlier failures of its tool. */
export function withCompletedCall(facts: TurnFacts, item: McpToolCallItem): TurnFacts {
  const failuresBefore = new Map(facts.failuresBefore);
  const before = failuresBefore.get(item.id ?? "") ?? facts.toolFailures.length;
  failuresBefore.delete(item.id ?? "");
  const next = { ...facts, toolCallCount: facts.toolCallCount + 1, failuresBefore };
  const failure = findToolFailure(item);
  if (failure !== undefined) return withFailure(next, failure);
  // A call that ran beside the failed one does not recover it.
  return recover(next, (earlier, at) => at < before && isSameTool(earlier, item));
}

/** The facts after the model continued in spite of every failure so far. */
export function recoverAll(facts: TurnFacts): TurnFacts {
  return recover(facts, () => true);
}

function recover(
  facts: TurnFacts,
  isRecovered: (failure: ToolFailure, at: number) => boolean,
): TurnFacts {
  const isNew = (failure: ToolFailure, at: number): boolean =>
    !failure.recovered && isRecovered(failure, at);
  if (!facts.toolFailures.some(isNew)) return facts;
  return {
    ...facts,
    toolFailures: facts.toolFailures.map((failure, at) =>
      isNew(failure, at) ? { ...failure, recovered: true } : failure,
    ),
  };
}

function withFailure(facts: TurnFacts, failure: ToolFailure): TurnFacts {
  const toolFailures = [...facts.toolFailures, failure];
  if (toolFailures.length <= limits.toolFailures) return { ...facts, toolFailures };
  const spare = findSpare(toolFailures);
  return {
    ...facts,
    toolFailures: toolFailures.toSpliced(spare, 1),
    failuresBefore: new Map(
      [...facts.failuresBefore].map(([id, count]) => [id, count > spare ? count - 1 : count]),
    ),
  };
}

/** The entry to drop: a recovered one, else one whose tool failed again, else the last. */
function findSpare(failures: readonly ToolFailure[]): number {
  const recovered = failures.findIndex((failure) => failure.recovered);
  if (recovered >= 0) return recovered;
  const repeated = failures.findIndex((failure, at) =>
    failures.slice(at + 1).some((later) => isSameTool(later, failure)),
  );
  return repeated >= 0 ? repeated : failures.length - 1;
}

type CalledTool = Pick<ToolFailure, "server" | "tool">;

function isSameTool(one: CalledTool, other: CalledTool): boolean {
  return one.server === other.server && one.tool === other.tool;
}
