import type { TurnFailure } from "@ktx/codex-events";
import type { LimitFailure } from "@ktx/codex-runtime";
import type { AdviceScene, Patience } from "../advice/next-step.ts";
import { asSentence } from "../render/as-sentence.ts";
import { describeSpan, describeTime } from "../render/describe-time.ts";
import type { ExplainedEnd } from "./explain-end.ts";

/** The account of a run, and what it waits for. */
export type LimitScene = Pick<AdviceScene, "auth" | "patience" | "isChat">;

/**
 * A limit that the run did not wait for, with the flags that were too short for it; undefined for any other failure.
 * Pure but for the time zone.
 *
 * @param scene of the command. @default unknown
 * @param nowMs milliseconds since 1970.
 */
export function explainLimit(
  failure: TurnFailure,
  scene?: LimitScene,
  nowMs: number = Date.now(),
): ExplainedEnd | undefined {
  if (failure.kind !== "usage-limit" && failure.kind !== "rate-limit") return undefined;
  const short = findShortFlags(failure, scene?.patience, nowMs);
  if (short === undefined) return undefined;
  const facts = asSentence(failure.facts ?? failure.message);
  return {
    message: `${facts} Not waiting: ${describeEnd(failure, nowMs)} than ${short} allows.`,
    next: adviseLimit(failure, short, scene),
  };
}

type ShortFlags = keyof typeof withUnits;

const withUnits = {
  "--wait": "--wait <minutes>",
  "--timeout": "--timeout <seconds>",
  "--wait or --timeout": "--wait <minutes> or --timeout <seconds>",
} as const;

function adviseLimit(
  { kind }: LimitFailure,
  short: ShortFlags,
  { auth, patience, isChat = false }: Partial<LimitScene> = {},
): string {
  // Codex waits within the turn.
  const both = kind === "rate-limit" && short === "--wait" && patience?.isHeld === true;
  const flags = both ? "--wait <minutes> and --timeout <seconds>" : withUnits[short];
  const longer = isChat ? `Start the chat with a longer ${flags}` : `Give a longer ${flags}`;
  if (kind === "rate-limit")
    return isChat ? `${longer}, or send the prompt again later.` : `${longer}, or try again later.`;
  const again = isChat ? "send the prompt again after the reset" : "run again after the reset";
  return auth === undefined || auth.kind === "session"
    ? `${longer}, ${again}, or use an API key.`
    : `${longer}, or ${again}.`;
}

/** The flags that are too short for the limit; undefined where none of them is. */
function findShortFlags(
  failure: LimitFailure,
  patience: Patience | undefined,
  nowMs: number,
): ShortFlags | undefined {
  const leftMs = leftOf(failure, nowMs);
  if (patience !== undefined && leftMs !== undefined && leftMs > patience.waitMs) return "--wait";
  if (failure.facts === undefined) return undefined;
  if (patience === undefined || leftMs === undefined) return "--wait";
  // A run that is repeated may have waited before; one with a tool that must not run twice is not repeated.
  return patience.isHeld ? "--timeout" : "--wait or --timeout";
}

/** Milliseconds until the limit ends; undefined where the end is not known. Pure. */
function leftOf(failure: LimitFailure, nowMs: number): number | undefined {
  if (failure.kind === "rate-limit") return failure.retryAfterMs;
  const { resetsAt } = failure;
  return resetsAt?.atMs === undefined ? undefined : resetsAt.atMs - nowMs;
}

/** The end of a limit as a sentence; empty where it is not known. Pure but for the time zone. */
export function describeLimitEnd(failure: TurnFailure, nowMs: number = Date.now()): string {
  if (failure.kind === "rate-limit" && failure.retryAfterMs !== undefined)
    return `It lasts ${describeSpan(failure.retryAfterMs)} more.`;
  const atMs = failure.kind === "usage-limit" ? failure.resetsAt?.atMs : undefined;
  return atMs === undefined ? "" : `It resets at ${describeTime(atMs, nowMs)}.`;
}

function describeEnd(failure: LimitFailure, nowMs: number): string {
  if (failure.kind === "rate-limit" && failure.retryAfterMs !== undefined)
    return `it lasts ${describeSpan(failure.retryAfterMs)} more, longer`;
  const atMs = failure.kind === "usage-limit" ? failure.resetsAt?.atMs : undefined;
  return atMs === undefined
    ? "it lasts longer"
    : `it resets at ${describeTime(atMs, nowMs)}, later`;
}
