import { boundText } from "../bound-text.ts";
import { parseCodexExit, type CodexExit } from "./codex-exit.ts";
import { kindOfStatus, kindsByCode, kindsByErrorType } from "./failure-codes.ts";
import { findRule, type LegibleKind } from "./failure-rules.ts";
import { findNamedModel } from "./named-model.ts";
import { parseResetTime, type LocalClock, type ResetTime } from "./reset-time.ts";
import { parseRetryAfterMs } from "./retry-after.ts";
import { buildFailure, type TurnFailure } from "./turn-failure.ts";
import { unwrapFailureText, type UnwrappedText } from "./unwrap-failure-text.ts";

/**
 * What the caller knows and the text does not say. Without the clock a reset keeps its words and
 * has no `atMs`.
 */
export interface FailureContext extends LocalClock {
  /** The model that was asked for, should the text name none. */
  readonly model?: string;
  /** What the model had said when its response was cut. */
  readonly partialText?: string;
}

/**
 * Says what kind of failure a text tells of: the message of `turn.failed` or of an `error` event,
 * what the SDK threw, or Codex's standard error. Pure; never throws. Messages change from release
 * to release: what no rule knows is `unknown`.
 */
export function classifyFailure(message: string, context: FailureContext = {}): TurnFailure {
  const exit = parseCodexExit(message);
  const unwrapped = unwrapFailureText(exit === undefined ? message : exit.reason);
  const text = {
    message: unwrapped.sentence || "Codex reported a failure without a reason.",
    raw: boundText(message, 65_536),
    ...(unwrapped.httpStatus !== undefined && { httpStatus: unwrapped.httpStatus }),
  };
  const kind = findKind(unwrapped, exit, context.model);
  switch (kind) {
    case "model-unavailable": {
      const model = findNamedModel(unwrapped.sentence) ?? context.model;
      return buildFailure({ kind, ...text, ...(model !== undefined && { model }) });
    }
    case "usage-limit": {
      const resetsAt = findReset(unwrapped, context);
      return buildFailure({ kind, ...text, ...(resetsAt !== undefined && { resetsAt }) });
    }
    case "rate-limit": {
      const retryAfterMs = parseRetryAfterMs(unwrapped.sentence);
      return buildFailure({ kind, ...text, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    }
    case "invalid-output-schema": {
      const path = findSchemaPath(unwrapped.sentence);
      return buildFailure({ kind, ...text, ...(path !== undefined && { path }) });
    }
    case "incomplete-response": {
      const { partialText } = context;
      return buildFailure({ kind, ...text, ...(partialText !== undefined && { partialText }) });
    }
    case "aborted":
      return buildFailure({ kind, ...text, reason: unwrapped.sentence });
    case "process":
      return buildFailure({ kind, ...text, ...describeProcess(unwrapped.sentence, exit) });
    default:
      return buildFailure({ kind, ...text });
  }
}

function findKind(
  unwrapped: UnwrappedText,
  exit: CodexExit | undefined,
  model: string | undefined,
): LegibleKind {
  if (exit?.signal !== undefined) return "process";
  const { sentence, httpStatus, code = "", type = "" } = unwrapped;
  return (
    kindsByCode.get(code) ??
    kindsByCode.get(type) ??
    findRule(sentence, httpStatus)?.kind ??
    (httpStatus === 404 && model && sentence.includes(model) ? "model-unavailable" : undefined) ??
    (httpStatus === undefined ? undefined : kindOfStatus(httpStatus)) ??
    kindsByErrorType.get(type) ??
    (unwrapped.isBody ? "invalid-request" : undefined) ??
    // Standard error alone does not say that the process ended.
    (exit?.exitCode === undefined ? "unknown" : "process")
  );
}

function findReset(unwrapped: UnwrappedText, clock: LocalClock): ResetTime | undefined {
  const seconds = unwrapped.resetsAtSeconds;
  return seconds === undefined
    ? parseResetTime(unwrapped.sentence, clock)
    : { text: String(seconds), precision: "second", atMs: seconds * 1000 };
}

/** `In context=('properties', 'page'), …` */
function findSchemaPath(sentence: string): readonly string[] | undefined {
  const context = /In context=\(([^)]*)\)/.exec(sentence)?.[1];
  if (context === undefined) return undefined;
  return Array.from(context.matchAll(/'([^']*)'|\d+/g), ([whole, quoted]) => quoted ?? whole);
}

function describeProcess(
  sentence: string,
  exit: CodexExit | undefined,
): { message: string; exitCode?: number; signal?: string; stderrTail?: string } {
  const { exitCode, signal, stderrTail = "" } = exit ?? {};
  const cause = signal ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
  if (cause === undefined)
    return { message: "Codex ended in the middle of a line: what it printed last is not JSON." };
  const end = `Codex ended with ${cause}`;
  return {
    message: sentence === "" ? `${end} and did not say why.` : `${end}: ${sentence}`,
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
    ...(stderrTail !== "" && { stderrTail }),
  };
}
