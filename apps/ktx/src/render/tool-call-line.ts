import { type Redact, redactNamed, redactReport } from "@ktx/redact";
import type { ObservedCall } from "../agent/call-observer.ts";
import { cutToWidth } from "../terminal/cut-to-width.ts";
import { plain, truncate, wrapText } from "./layout.ts";
import type { Style } from "./style.ts";

export interface ToolCallLineOptions {
  /** Counts from 1. */
  readonly number: number;
  /** The length of the longest tool name. */
  readonly nameWidth: number;
  readonly width: number;
  readonly style: Style;
  /** Takes secrets out of the error, which people pass on. @default {@link redactReport} */
  readonly redact?: Redact;
}

/** Fewer columns say nothing of an input. */
const narrowestInput = 8;

/** `  2  wiki_read    "refunds.md"              1 ms`, and below it the error of a failed call. */
export function renderToolCall(call: ObservedCall, options: ToolCallLineOptions): string {
  const { number, nameWidth, width, style, redact = redactReport } = options;
  const head = `${String(number).padStart(3)}  ${call.tool.padEnd(nameWidth)}  `;
  const end = call.isDenied === true ? "declined" : formatDuration(call.durationMs);
  const left = width - head.length - Math.max(8, end.length + 2);
  // A narrow terminal has no room for the input, and then none for all of the name.
  const room = left < narrowestInput ? 0 : left;
  const shown = room > 0 ? head : cutToWidth(head.trimEnd(), width - end.length - 2);
  const input = truncate(describeInput(call.input), room).padEnd(room);
  const time = end.padStart(width - shown.length - room);
  const line = `${style.dim(shown.slice(0, 5))}${style.bold(shown.slice(5))}${room > 0 ? input : ""}${style.dim(time)}\n`;
  if (call.error === undefined) return line;
  return `${line}${style.bad(wrapText(`failed: ${plain(redact(call.error))}`, width, "     "))}\n`;
}

/** The arguments of a tool call, on one line and without control characters. */
export function describeInput(given: unknown): string {
  const input = redactNamed(given);
  if (typeof input !== "object" || input === null || Array.isArray(input)) return toJson(input);
  const entries = Object.entries(input);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return toJson(only[1]);
  return redactReport(entries.map(([key, value]) => `${key}: ${toJson(value)}`).join(", "));
}

export function formatDuration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function toJson(value: unknown): string {
  try {
    return plain(redactReport(JSON.stringify(value) ?? ""));
  } catch {
    return "…"; // A transform of the tool's schema may have made something that has no JSON.
  }
}
