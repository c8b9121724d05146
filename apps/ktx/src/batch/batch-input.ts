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
  /** @param idOf gives the id of the prompt of a unit. */
  readonly onEvent: (event: BatchEvent, idOf: (key: string) => string) => void;
  /** Receives the results of prompts that have ended, in the order of the prompts. */
  readonly onResult: (line: ResultLine) => void;
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
