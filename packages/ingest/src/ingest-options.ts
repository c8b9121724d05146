import type { BatchClock, LimitPolicy, RetryPolicy, UnitStore } from "@ktx/batch";
import type { LlmRuntime } from "@ktx/codex-runtime";
import type { IngestEvent } from "./ingest-event.ts";

export interface IngestOptions {
  /** The project: its wiki is the folder `wiki`, its state `.ktx/ingest`. */
  readonly projectDir: string;
  /** Files, folders and globs, from `cwd`. */
  readonly paths: readonly string[];
  /** @default projectDir */
  readonly cwd?: string;
  readonly runtime: Pick<LlmRuntime, "runAgentLoop">;
  /** The models of the roles. They are a part of the keys of units: another model reads each source again. */
  readonly models: IngestModels;
  /** Units that run at once. @default 4 */
  readonly concurrency?: number;
  /** The most steps of one unit. @default 30 */
  readonly stepBudget?: number;
  /** Tokens of the whole run, which ends softly when they are used. @default no bound */
  readonly tokenBudget?: number;
  /** Applies what is done of a run that ends before all units are. @default false: the next run goes on first */
  readonly applyPartial?: boolean;
  /** Tries again what failed in earlier runs, and nothing else. @default false */
  readonly onlyFailed?: boolean;
  /** Retires the claims of sources below the given paths also where their whole folder is gone or empty. @default false: refused */
  readonly gone?: boolean;
  /** Interrupts running units. */
  readonly signal?: AbortSignal;
  /** Ends the run softly: running units finish. */
  readonly stopSignal?: AbortSignal;
  readonly onEvent?: (event: IngestEvent) => void;
  readonly retry?: RetryPolicy;
  readonly rateLimits?: LimitPolicy;
  /** Milliseconds after which the units of a process that died run again; from 30. @default 10_000 */
  readonly leaseMs?: number;
  /** @default the clocks of the machine */
  readonly clock?: BatchClock;
  /**
   * A store that other machines share; the caller disposes of it. Units then carry all that `openIngestWorker` needs.
   *
   * @default a file of the project's state
   */
  readonly store?: UnitStore;
  /** With `store`: workers run the units (`workOnIngests`), and this process plans and applies. @default no workers */
  readonly workers?: {
    /** The groups that share the units, such as one for each sign-in. @default ["model"] */
    readonly groups?: readonly string[];
    /** Names this process for people who look at the store. @default "ktx ingest" */
    readonly name?: string;
  };
}

export interface IngestModels {
  /** Reads sources. */
  readonly extract: string;
  /** Compares claims of different sources. */
  readonly reconcile: string;
}
