import { z } from "zod";

/** The reason why a run failed. */
export interface RunFailure {
  /** A kind of `TurnFailure`, `ktx` for an error that a user can mend, or `defect`. */
  readonly kind: string;
  readonly message: string;
  /** The cause, where more is known of it. */
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  readonly stack?: string | undefined;
}

/** One line of the record of a run. It holds no prompt, answer, or argument of a tool call. Times are ISO texts. */
export type RunEvent =
  | {
      readonly type: "begin";
      readonly version: 1;
      readonly at: string;
      readonly command: string;
      readonly ktx: string;
      readonly codex: string;
      readonly node: string;
      readonly platform: string;
    }
  | {
      readonly type: "start";
      readonly at: string;
      readonly model: string;
      /** Their number. */
      readonly tools: number;
    }
  | {
      readonly type: "call";
      readonly at: string;
      readonly tool: string;
      readonly durationMs?: number | undefined;
      readonly failed: boolean;
    }
  | { readonly type: "limit"; readonly at: string; readonly event: string }
  | { readonly type: "warning"; readonly at: string; readonly message: string }
  | {
      readonly type: "end";
      readonly at: string;
      readonly outcome: "done" | "budget" | "timeout" | "error" | "interrupted";
      readonly budget?: string | undefined;
      readonly failure?: RunFailure | undefined;
      readonly totalMs?: number | undefined;
      readonly steps?: number | undefined;
      readonly tokens?: number | undefined;
    };

/** The event in a line of a record; undefined for anything else. */
export function parseRunEvent(line: string): RunEvent | undefined {
  try {
    return runEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const at = z.string();

const failure = z.object({
  kind: z.string(),
  message: z.string(),
  why: z.string().optional(),
  next: z.string().optional(),
  stack: z.string().optional(),
});

const runEvent: z.ZodType<RunEvent> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("begin"),
    version: z.literal(1),
    at,
    command: z.string(),
    ktx: z.string(),
    codex: z.string(),
    node: z.string(),
    platform: z.string(),
  }),
  z.object({ type: z.literal("start"), at, model: z.string(), tools: z.number() }),
  z.object({
    type: z.literal("call"),
    at,
    tool: z.string(),
    durationMs: z.number().optional(),
    failed: z.boolean(),
  }),
  z.object({ type: z.literal("limit"), at, event: z.string() }),
  z.object({ type: z.literal("warning"), at, message: z.string() }),
  z.object({
    type: z.literal("end"),
    at,
    outcome: z.enum(["done", "budget", "timeout", "error", "interrupted"]),
    budget: z.string().optional(),
    failure: failure.optional(),
    totalMs: z.number().optional(),
    steps: z.number().optional(),
    tokens: z.number().optional(),
  }),
]);
