import { type EndingSignal, isEndingSignal } from "../ending-signals.ts";
import type { UserCode } from "./user-code-watch.ts";

/** The messages of the supervised process to its supervisor. */
export type SupervisedMessage =
  /** The event loop is running. */
  | { readonly type: "alive" }
  | { readonly type: "limit"; readonly ms: number }
  | { readonly type: "begin" | "end"; readonly code: UserCode }
  /** Text of ktx's own for stdout. */
  | { readonly type: "stdout"; readonly text: string }
  /** Everything is cleaned up. */
  | { readonly type: "done"; readonly exitCode: number };

/** The messages of the supervisor. */
export type SupervisorMessage =
  /** The first message: the kind of stdout. */
  | { readonly type: "start"; readonly isTTY: boolean; readonly columns: number | null }
  /** The terminal of stdout has another width. */
  | { readonly type: "size"; readonly columns: number }
  | { readonly type: "signal"; readonly signal: EndingSignal };

/** Undefined for any other message: the user's code can send messages, too. */
export function parseSupervisedMessage(value: unknown): SupervisedMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, ms, code, text, exitCode } = value;
  if (type === "alive") return { type };
  if (type === "limit" && typeof ms === "number") return { type, ms };
  if (type === "stdout" && typeof text === "string") return { type, text };
  if (type === "done" && typeof exitCode === "number") return { type, exitCode };
  const parsed = parseUserCode(code);
  return (type === "begin" || type === "end") && parsed !== undefined
    ? { type, code: parsed }
    : undefined;
}

export function parseSupervisorMessage(value: unknown): SupervisorMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, isTTY, columns, signal } = value;
  if (type === "signal" && typeof signal === "string" && isEndingSignal(signal))
    return { type, signal };
  if (type === "size" && typeof columns === "number") return { type, columns };
  if (type !== "start") return undefined;
  return { type, isTTY: isTTY === true, columns: typeof columns === "number" ? columns : null };
}

function parseUserCode(value: unknown): UserCode | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, name } = value;
  const isKnown = kind === "module" || kind === "tool";
  return isKnown && typeof name === "string" ? { kind, name } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
