import { z } from "zod";

/** The providers that are compared. */
export const contenders = ["ktx", "rival exec", "rival app-server"] as const;

export type ContenderName = (typeof contenders)[number];

/** Work for one contender. */
export interface Block {
  readonly runs: number;
  /** Runs at the same time. */
  readonly atOnce: number;
  /** True for a question that needs the tool of the client. */
  readonly asksTool: boolean;
}

export const block: z.ZodType<Block> = z.object({
  runs: z.int(),
  atOnce: z.int(),
  asksTool: z.boolean(),
});

/** The measured block. */
export interface Measured {
  /** Milliseconds of each run, in order of their start. */
  readonly times: readonly number[];
  readonly totalMs: number;
  /** Steps of the last run, and the calls of the client's tool in all. */
  readonly steps: number;
  readonly toolRuns: number;
  readonly failed: number;
}

export const measured: z.ZodType<Measured> = z.object({
  times: z.array(z.number()),
  totalMs: z.number(),
  steps: z.int(),
  toolRuns: z.int(),
  failed: z.int(),
});
