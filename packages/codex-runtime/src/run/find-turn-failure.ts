import { buildFailure, classifyFacts, classifyFailure, type TurnFailure } from "@ktx/codex-events";
import { StoredThreadError } from "@ktx/app-server";
import { ToolBridgeError } from "@ktx/mcp-bridge";
import { isLimitFailure, type LimitFailure } from "../rate-limit/limit-failure.ts";
import { asSentence } from "../values/as-sentence.ts";
import { CodexError } from "../values/codex-error.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { ProcessFailure, TurnEndedError, type TurnExit } from "@ktx/codex-process";
import { describeStartError } from "./describe-start-error.ts";
import type { TurnRun } from "./run-turn.ts";

/**
 * The failure that a turn ended with; undefined for a turn that did not fail.
 *
 * The events decide. An error of the stream counts only where they give no failure, since it usually holds
 * an exit code and not the reason.
 */
export function findTurnFailure(run: TurnRun, model: string): TurnFailure | undefined {
  const { summary, stop, exit, thrown } = run;
  if (summary.outcome === "completed") return undefined;
  if (stop?.cause === "timeout") return timeoutFailure(stop, summary.failure);
  if (summary.failure !== undefined)
    return stop?.cause === "late-retry"
      ? lateRetryFailure(summary.failure, stop.retryInMs)
      : summary.failure;
  if (exit !== undefined) return classifyExit(exit, model);
  if (thrown !== undefined) return classifyThrown(thrown.error, model);
  return buildFailure({
    kind: "stream-disconnected",
    message: "Codex ended its event stream before the end of the turn, without a reason.",
  });
}

function timeoutFailure(
  stop: { readonly limit: "wall-clock" | "idle"; readonly limitMs: number },
  lastError: TurnFailure | undefined,
): TurnFailure {
  const seconds = `${stop.limitMs / 1_000} s`;
  const what =
    stop.limit === "idle"
      ? `Codex was silent for ${seconds}.`
      : `The turn did not finish within ${seconds}.`;
  return buildFailure({
    kind: "timeout",
    limit: stop.limit,
    message: lastError === undefined ? what : `${what} Last error from Codex: ${lastError.message}`,
  });
}

/** The failure after which Codex was going to wait. */
function lateRetryFailure(failure: TurnFailure, retryInMs: number): TurnFailure {
  const seconds = Math.ceil(retryInMs / 1_000);
  const message = `${asSentence(failure.message)} The service asks to wait ${seconds} s, longer than the time limit allows.`;
  return failure.kind === "rate-limit"
    ? { ...failure, message, facts: failure.message, retryAfterMs: retryInMs }
    : { ...failure, message };
}

/** The facts are values: text decides only where Codex gives nothing else. */
function classifyExit(
  { refusal, exitCode, signal, stderrTail }: TurnExit,
  model: string,
): TurnFailure {
  if (refusal !== undefined) {
    const { message: text, code } = refusal;
    return classifyFacts({ text, ...(code !== undefined && { rpcCode: code }) }, { model });
  }
  return classifyFacts(
    {
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      stderr: stderrTail,
    },
    { model },
  );
}

/** The failure that an error stands for, which kept a turn, or a request without one, from its result. */
export function classifyThrown(error: unknown, model: string): TurnFailure {
  if (error instanceof CodexError) return error.failure;
  if (error instanceof TurnEndedError) return classifyExit(error.exit, model);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoredThreadError) return error.failure;
  if (error instanceof ToolBridgeError) return buildFailure({ kind: "tool-server", message });
  // No Codex is installed: the only input error that appears this late.
  if (error instanceof RuntimeInputError) return buildFailure({ kind: "codex-config", message });
  if (error instanceof ProcessFailure) return buildFailure({ kind: error.kind, message });
  const startError = describeStartError(error);
  if (startError !== undefined)
    return buildFailure({ kind: "codex-config", message: startError, raw: message });
  return classifyFailure(message, { model });
}

/**
 * The limit that a turn met, with the service's own sentence: the governor, and not the time limit of the run,
 * decides whether to wait for it.
 */
export function findMetLimit(
  { stop, summary }: TurnRun,
  failure: TurnFailure | undefined,
): LimitFailure | undefined {
  if (!isLimitFailure(failure)) return undefined;
  const message = stop?.cause === "late-retry" ? summary.failure?.message : undefined;
  return message === undefined ? failure : { ...failure, message };
}
