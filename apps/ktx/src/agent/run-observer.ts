import type { AgentLoopStep, RateLimitEvent, RunBudgets } from "@ktx/codex-runtime";
import type { CallObserver } from "./call-observer.ts";

/** What a run begins with. */
interface RunStart extends RunBudgets {
  readonly model: string;
  /** The names of the tools that the model may call, as it knows them. */
  readonly tools: readonly string[];
  readonly stepBudget: number;
  readonly timeoutMs?: number;
}

/** Hears what a run does while it does it. */
export interface RunObserver extends CallObserver {
  readonly onStart: (run: RunStart) => void;
  readonly onStep: (step: AgentLoopStep) => void;
  /** The account's limits, and the wait for them. */
  readonly onLimit: (event: RateLimitEvent) => void;
  /** Something that did not stop the run, in a sentence or two. */
  readonly onWarning: (message: string) => void;
}
