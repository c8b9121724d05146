import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { linesOf, RecordingError } from "./read-recording.ts";
import type { TurnLine } from "./recorded-line.ts";
import { Redaction, type RedactionRules } from "./redaction.ts";

/** Something wrong with a recording. */
export interface RecordingProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Everything that is wrong with the text of a recording: lines that cannot be read, times that run backwards, turns
 * and tool calls without an end, and whatever the rules of redaction would take out.
 */
export function lintRecording(
  text: string,
  rules: RedactionRules = {},
): readonly RecordingProblem[] {
  const problems: RecordingProblem[] = [];
  const redaction = new Redaction(rules);
  const pieces = new Map<string, { readonly line: number; text: string }>();
  const turns = new Map<number, number>();
  const calls = new Map<string, number>();
  let lastMs = 0;
  let last = 0;
  let turnSeen = false;
  const report = (line: number, message: string): void => void problems.push({ line, message });
  try {
    for (const [number, line] of linesOf(text)) {
      last = number;
      if (line.type === "recording") continue;
      if (line.atMs < lastMs)
        report(number, `The time runs backwards, from ${lastMs} ms to ${line.atMs} ms.`);
      lastMs = line.atMs;
      checkOrder(number, line);
      takePiece(number, line);
    }
    if (text !== "" && !text.endsWith("\n")) report(last + 1, "The last line breaks off.");
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    report(last + 1, error.message);
  }
  const unsafe = "A secret or a path is in this line that the rules take out.";
  for (const [index, content] of text.split("\n").entries())
    if (!isSafe(content, redaction)) report(index + 1, unsafe);
  for (const { line, text: whole } of pieces.values())
    if (redaction.text(whole) !== whole) report(line, unsafe);
  for (const [turn, number] of turns) report(number, `Turn ${turn} has no end.`);
  for (const [call, number] of calls) report(number, `Tool call ${call} has no result.`);
  if ((last === 0 && text.trim() === "") || (last === 1 && !turnSeen))
    report(1, "The recording has no turn.");
  return problems.toSorted((one, other) => one.line - other.line);

  /** A streamed text is checked whole: a secret may come in pieces, and a mark may be cut. */
  function takePiece(number: number, line: TurnLine): void {
    if (line.type !== "signal" || line.signal.type !== "text-delta") return;
    const { itemId, delta } = line.signal;
    const key = `${line.turn} ${itemId}`;
    const piece = pieces.get(key) ?? { line: number, text: "" };
    piece.text += delta;
    pieces.set(key, piece);
  }

  function checkOrder(number: number, line: TurnLine): void {
    if (line.type === "turn-start") {
      turnSeen = true;
      turns.set(line.turn, number);
      return;
    }
    if (!turns.has(line.turn)) report(number, `Turn ${line.turn} is not open here.`);
    if (line.type === "turn-end") turns.delete(line.turn);
    if (line.type === "tool-call") calls.set(`${line.call} of turn ${line.turn}`, number);
    if (line.type === "tool-result" && !calls.delete(`${line.call} of turn ${line.turn}`))
      report(number, `A result of tool call ${line.call}, which has not begun.`);
  }
}

/** A line is checked as the value that it holds: a rule may mean the end of a line or a quote. */
function isSafe(content: string, redaction: Redaction): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return isPiece(value) || isDeepStrictEqual(redaction.value(value), value);
  } catch {
    return redaction.text(content) === content;
  }
}

/** A line that {@link lintRecording} takes as a part of a text. */
function isPiece(value: unknown): boolean {
  return z
    .object({ type: z.literal("signal"), signal: z.object({ type: z.literal("text-delta") }) })
    .safeParse(value).success;
}
