import { boundText } from "../bound-text.ts";
import { findLimitReset, type AccountLimits } from "./account-limits.ts";
import type { CodexErrorInfo } from "./codex-error-info.ts";
import { parseCodexExit, readCodexExit, type CodexExit } from "./codex-exit.ts";
import { findKind } from "./fact-precedence.ts";
import { findNamedModel } from "./named-model.ts";
import { parseResetTime, type LocalClock, type ResetTime } from "./reset-time.ts";
import { parseRetryAfterMs } from "./retry-after.ts";
import { buildFailure, type TurnFailure } from "./failure-kinds.ts";
import { unwrapFailureText, type UnwrappedText } from "./unwrap-failure-text.ts";

/**
 * Facts that the caller knows and the text does not give. Without the clock a reset keeps its text and has no
 * `atMs`.
 */
export interface FailureContext extends LocalClock {
  /** The requested model, for a text that names none. */
  readonly model?: string;
  /** The model's text when its response was cut. */
  readonly partialText?: string;
}

/** The known facts of a failure, each as a value. */
export interface FailureFacts {
  /** The message of Codex, of the SDK, or of a JSON-RPC error. */
  readonly text?: string;
  /** Codex's own error code, `codexErrorInfo`. */
  readonly info?: CodexErrorInfo;
  /** The status of the service's response. */
  readonly httpStatus?: number;
  /** The code of the JSON-RPC error with which the app-server refused a request. */
  readonly rpcCode?: number;
  /** The end of the process: its exit code, or the signal that ended it. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** The standard error of the process. */
  readonly stderr?: string;
  /** The use of the account's limits at the time of the failure. */
  readonly limits?: AccountLimits;
  /** Milliseconds that the service asks to wait (`retry-after`). */
  readonly retryAfterMs?: number;
}

/**
 * Classifies a failure by its text: the message of `turn.failed` or of an `error` event, an error of the SDK, or
 * Codex's standard error. Pure; never throws. Messages change from release to release: a text that no rule
 * matches is `unknown`. `classifyFacts` is more exact where more than a text is known.
 */
export function classifyFailure(message: string, context: FailureContext = {}): TurnFailure {
  return classifyFacts({ text: message }, context);
}

/**
 * Classifies a failure by its facts. `factPrecedence` is the table of which fact outranks which; text decides
 * only where no better fact is known. Pure; never throws.
 */
export function classifyFacts(given: FailureFacts, context: FailureContext = {}): TurnFailure {
  const facts = withoutMiddle(given);
  const exit = readExit(facts);
  const reason = exit === undefined ? (facts.text ?? "") : exit.reason;
  const unwrapped = unwrapFailureText(reason);
  const httpStatus = unwrapped.httpStatus ?? facts.httpStatus ?? facts.info?.httpStatus;
  const text = {
    message: unwrapped.sentence || "Codex reported a failure without a reason.",
    raw: boundText(facts.text || (facts.stderr ?? ""), 65_536),
    ...(httpStatus !== undefined && { httpStatus }),
  };
  const kind = findKind({
    text: unwrapped,
    info: facts.info,
    httpStatus,
    rpcCode: facts.rpcCode,
    exitCode: exit?.exitCode,
    signal: exit?.signal,
    model: context.model,
  });
  switch (kind) {
    case "model-unavailable": {
      const model = findNamedModel(unwrapped.sentence) ?? context.model;
      return buildFailure({ kind, ...text, ...(model !== undefined && { model }) });
    }
    case "usage-limit": {
      const resetsAt = findReset(unwrapped, facts.limits, context);
      return buildFailure({ kind, ...text, ...(resetsAt !== undefined && { resetsAt }) });
    }
    case "rate-limit": {
      const retryAfterMs = facts.retryAfterMs ?? parseRetryAfterMs(unwrapped.sentence);
      return buildFailure({ kind, ...text, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    }
    case "server": {
      const { retryAfterMs } = facts;
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

/**
 * Characters of a text that are read. In a process with many regular expressions, V8 no longer optimizes further ones,
 * and these then throw a `RangeError` for a run of some five million characters.
 */
const longestText = 1_000_000;

function withoutMiddle({ text, stderr, ...rest }: FailureFacts): FailureFacts {
  return {
    ...rest,
    ...(text !== undefined && { text: boundText(text, longestText) }),
    ...(stderr !== undefined && { stderr: boundText(stderr, longestText) }),
  };
}

/** The end of the process, from the facts, or from the SDK's text about it. */
function readExit(facts: FailureFacts): CodexExit | undefined {
  const { text = "", exitCode, signal, stderr } = facts;
  if (exitCode === undefined && signal === undefined && stderr === undefined)
    return parseCodexExit(text);
  const exit = readCodexExit(stderr ?? "");
  return {
    ...exit,
    // Codex's own message outranks its standard error.
    reason: text === "" ? exit.reason : text,
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
  };
}

/** The account's own limits outrank the time in the body, which outranks the time in the sentence. */
function findReset(
  unwrapped: UnwrappedText,
  limits: AccountLimits | undefined,
  clock: LocalClock,
): ResetTime | undefined {
  const seconds = (limits && findLimitReset(limits)) ?? unwrapped.resetsAtSeconds;
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
    return { message: "Codex ended in the middle of a line: its last output is not JSON." };
  const end = `Codex ended with ${cause}`;
  return {
    message: sentence === "" ? `${end} without a reason.` : `${end}: ${sentence}`,
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
    ...(stderrTail !== "" && { stderrTail }),
  };
}
