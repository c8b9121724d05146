import { buildFailure, classifyFailure, type TurnFailure } from "@ktx/codex-events";
import { ToolBridgeError } from "@ktx/mcp-bridge";
import { UnansweredRequestError } from "../app-server/unanswered-request-error.ts";
import { CodexError } from "../codex-error.ts";
import { ForeignProgramError } from "../process/foreign-program-error.ts";
import { OutputLimitError } from "../process/output-limit-error.ts";
import { describeStartError } from "./describe-start-error.ts";
import type { TurnRun } from "./run-turn.ts";

/**
 * The failure that a turn ended with, or undefined where it did not fail.
 *
 * The events decide. What the stream threw counts only where they say nothing, since it usually holds
 * an exit code and not the reason.
 */
export function findTurnFailure(run: TurnRun, model: string): TurnFailure | undefined {
  const { summary, stop, thrown } = run;
  if (summary.outcome === "completed") return undefined;
  if (stop?.cause === "timeout") return timeoutFailure(stop, summary.failure);
  if (summary.failure !== undefined)
    return stop?.cause === "late-retry"
      ? lateRetryFailure(summary.failure, stop.retryInMs)
      : summary.failure;
  if (thrown !== undefined) return classifyThrown(thrown.error, model);
  return buildFailure({
    kind: "stream-disconnected",
    message: "Codex ended its event stream without saying how the turn ended.",
  });
}

/** A turn that completed with nothing where an answer, or at least a tool call, was due. */
export function emptyTurnFailure({ hasTools, toolsListed, toolCalls }: TurnRun): TurnFailure {
  const untouched = hasTools === true && toolCalls.length === 0;
  return buildFailure({
    kind: "empty-turn",
    message: untouched
      ? `The turn completed without an answer and without any tool call.${describeListing(toolsListed)}`
      : "The turn completed without an answer. Codex drops refusals and malformed answers.",
  });
}

function describeListing(toolsListed: boolean | undefined): string {
  if (toolsListed === undefined) return "";
  return toolsListed
    ? " Codex had asked for this run's tools, so the model could have called them."
    : " Codex was not seen to ask for this run's tools, so the model may not have known them.";
}

function timeoutFailure(
  stop: { readonly limit: "wall-clock" | "idle"; readonly limitMs: number },
  lastError: TurnFailure | undefined,
): TurnFailure {
  const seconds = `${stop.limitMs / 1_000} s`;
  const what =
    stop.limit === "idle"
      ? `Nothing was heard from Codex for ${seconds}.`
      : `The turn was not done after ${seconds}.`;
  return buildFailure({
    kind: "timeout",
    limit: stop.limit,
    message: lastError === undefined ? what : `${what} Its last word was: ${lastError.message}`,
  });
}

/** The failure that Codex was going to wait after. */
function lateRetryFailure(failure: TurnFailure, retryInMs: number): TurnFailure {
  const seconds = Math.ceil(retryInMs / 1_000);
  const message = `${failure.message.replace(/\.?$/, ".")} The service asks to wait ${seconds} s, longer than the time limit allows.`;
  return failure.kind === "rate-limit"
    ? { ...failure, message, retryAfterMs: retryInMs }
    : { ...failure, message };
}

function classifyThrown(error: unknown, model: string): TurnFailure {
  if (error instanceof CodexError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ToolBridgeError) return buildFailure({ kind: "tool-server", message });
  if (error instanceof UnansweredRequestError || error instanceof OutputLimitError)
    return buildFailure({ kind: "process", message });
  if (error instanceof ForeignProgramError) return buildFailure({ kind: "codex-config", message });
  const startError = describeStartError(error);
  if (startError !== undefined)
    return buildFailure({ kind: "codex-config", message: startError, raw: message });
  return classifyFailure(message, { model });
}
