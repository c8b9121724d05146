import type { BatchEvent, BatchReport } from "@ktx/batch";
import type { RunInput } from "../agent/prepare-run.ts";
import type { ResultLine } from "./result-line.ts";

export interface BatchInput extends Omit<RunInput, "prompt" | "image"> {
  /** The path of a file or a folder of prompts. */
  readonly prompts: string;
  /** The path of the schema of the answers. */
  readonly schema?: string | undefined;
  /** Prompts that are asked at once. */
  readonly concurrency: number;
  /** Tokens of all prompts together, after which none starts any more. */
  readonly tokenBudget?: number | undefined;
  readonly onlyFailed?: boolean | undefined;
  /** The path of the store. @default .ktx/batch.sqlite of the project */
  readonly store?: string | undefined;
  readonly onEvent: (event: BatchEvent, prompts: PromptsOfUnits) => void;
  /** Receives the results of prompts that have ended, in the order of the prompts. */
  readonly onResult: (line: ResultLine) => void;
}

/** The prompts behind the units of a batch. Equal prompts share a unit, and are asked once. */
export interface PromptsOfUnits {
  readonly count: number;
  /** The number of those that differ. */
  readonly differing: number;
  /** The id of the first prompt of a unit. */
  readonly idOf: (key: string) => string;
}

/** The end of a batch. */
export interface BatchRunReport extends Pick<BatchReport, "ended" | "failure" | "tokens"> {
  /** Prompts by the state of their answers. */
  readonly prompts: PromptCounts;
  /** The fix, where `failure` ended the batch. */
  readonly next?: string;
}

export interface PromptCounts {
  readonly all: number;
  readonly done: number;
  readonly failed: number;
  readonly waiting: number;
}
