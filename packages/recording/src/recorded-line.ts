import { type AccountLimits, parseThreadEvent, type TurnFailure } from "@ktx/codex-events";
import type { TurnSignal } from "@ktx/codex-runtime";
import { z } from "zod";

/** The version of the format that this package writes, and the only one that it reads. */
export const formatVersion = 1;

/** `turn` counts from 1 over all threads; `atMs` is in milliseconds since the recording began. */
interface InTurn {
  readonly turn: number;
  readonly atMs: number;
}

/** One line of a recording. */
export type RecordedLine = HeaderLine | TurnLine;

export interface HeaderLine {
  readonly type: "recording";
  readonly version: typeof formatVersion;
  readonly madeBy: string;
}

export type TurnLine = TurnStartLine | SignalLine | ToolCallLine | ToolResultLine | TurnEndLine;

export interface TurnStartLine extends InTurn {
  readonly type: "turn-start";
  /** Counts from 1. */
  readonly thread: number;
  readonly model: string;
  readonly instructions?: string | undefined;
  /** The names of the tools. */
  readonly tools: readonly string[];
  readonly prompt: string;
  /** The number of images beside the prompt, which are not kept. */
  readonly images: number;
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
}

export interface SignalLine extends InTurn {
  readonly type: "signal";
  readonly signal: TurnSignal;
}

export interface ToolCallLine extends InTurn {
  readonly type: "tool-call";
  /** Counts the calls of a thread, from 1. */
  readonly call: number;
  readonly name: string;
  readonly arguments?: unknown;
}

export interface ToolResultLine extends InTurn {
  readonly type: "tool-result";
  readonly call: number;
  /** The value that the tool returned, as JSON; null where it failed. */
  readonly result?: unknown;
  readonly error?: string | undefined;
}

export interface TurnEndLine extends InTurn {
  readonly type: "turn-end";
  /** The error that the transport threw. */
  readonly error?: RecordedError | undefined;
}

export interface RecordedError {
  readonly name: string;
  readonly message: string;
  /** Of an error that has a failure of Codex. */
  readonly failure?: TurnFailure | undefined;
}

const isExit = z.looseObject({
  exitCode: z.number().optional(),
  signal: z.string().optional(),
  stderrTail: z.string(),
});
const isFailure = z.looseObject({
  kind: z.string(),
  message: z.string(),
  retryable: z.boolean(),
});
const isUsage = z.record(z.string(), z.number());

const signal: z.ZodType<TurnSignal> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), event: z.unknown().transform(parseThreadEvent) }),
  z.object({ type: z.literal("text-delta"), itemId: z.string(), delta: z.string() }),
  z.object({ type: z.literal("usage"), usage: isUsage }),
  z.object({ type: z.literal("limits"), limits: z.custom<AccountLimits>(isRecord) }),
  z.object({ type: z.literal("activity") }),
  z.object({ type: z.literal("retry"), delayMs: z.number() }),
  z.object({
    type: z.literal("exit"),
    exit: z.custom<Extract<TurnSignal, { type: "exit" }>["exit"]>(
      (value) => isExit.safeParse(value).success,
    ),
  }),
]);

const inTurn = { turn: z.int().min(1), atMs: z.number().min(0) };
const line: z.ZodType<RecordedLine> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("recording"), version: z.literal(formatVersion), madeBy: z.string() }),
  z.object({
    type: z.literal("turn-start"),
    ...inTurn,
    thread: z.int().min(1),
    model: z.string(),
    instructions: z.string().optional(),
    tools: z.array(z.string()),
    prompt: z.string(),
    images: z.int().min(0),
    outputSchema: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({ type: z.literal("signal"), ...inTurn, signal }),
  z.object({
    type: z.literal("tool-call"),
    ...inTurn,
    call: z.int().min(1),
    name: z.string(),
    arguments: z.unknown(),
  }),
  z.object({
    type: z.literal("tool-result"),
    ...inTurn,
    call: z.int().min(1),
    result: z.unknown(),
    error: z.string().optional(),
  }),
  z.object({
    type: z.literal("turn-end"),
    ...inTurn,
    error: z
      .object({
        name: z.string(),
        message: z.string(),
        failure: z.custom<TurnFailure>((value) => isFailure.safeParse(value).success).optional(),
      })
      .optional(),
  }),
]);

/** @throws an error with the reason, as the end of a sentence about the line. */
export function parseLine(text: string): RecordedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  const { success, data, error } = line.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue?.path.join(".");
  throw new Error(`${place ? `${place}: ` : ""}${issue?.message ?? "it is of another form"}`);
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
