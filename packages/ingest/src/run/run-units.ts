import {
  type BatchEvent,
  type BatchReport,
  runBatch,
  type RunBatchOptions,
  type Unit,
  type UnitContext,
  type UnitFailure,
  type UnitOutcome,
  type UnitStore,
} from "@ktx/batch";
import type { AgentLoopStep } from "@ktx/codex-runtime";
import type { IngestEvent } from "../ingest-event.ts";
import type { IngestOptions } from "../ingest-options.ts";
import { followUnits, type Workers } from "../workers/follow-units.ts";
import type { IngestWork } from "../workers/ingest-work.ts";

/** All units share the limits of one sign-in. */
const modelGroup = "model";

export interface RunUnitsInput<Result> {
  readonly units: readonly NamedUnit[];
  readonly run: (unit: NamedUnit, work: UnitWork) => Promise<UnitOutcome<Result>>;
  readonly store: UnitStore;
  readonly options: Pick<
    IngestOptions,
    | "concurrency"
    | "retry"
    | "rateLimits"
    | "signal"
    | "stopSignal"
    | "leaseMs"
    | "clock"
    | "onEvent"
  >;
  /** Tokens that are left of the run's budget; undefined for no bound. */
  readonly tokens: number | undefined;
  readonly onlyFailed: boolean;
  /** True after a part of the same run that met a limit. @default false */
  readonly keepPauses?: boolean;
  /** Workers run the units, and this process none. @default this process runs them */
  readonly workers?: Workers | undefined;
}

interface NamedUnit {
  readonly key: string;
  /** For people. */
  readonly name: string;
  /** The expected cost, in tokens of text. */
  readonly weight: number;
  /** Makes the payload, for a store that other machines share. @default no payload */
  readonly pack?: () => Promise<IngestWork>;
}

interface UnitWork extends Pick<UnitContext, "signal"> {
  readonly onStep: (step: AgentLoopStep) => void;
}

export interface UnitsEnd {
  readonly ended: BatchReport["ended"];
  /** With `blocked`. */
  readonly failure?: UnitFailure;
  /** Tokens of this run. */
  readonly tokens: number;
  /** By key. A unit that has neither waits for the next run. */
  readonly results: ReadonlyMap<string, unknown>;
  readonly failures: ReadonlyMap<string, UnitFailure>;
}

/** Runs units on the store, with events that name them. Units that are done already have their results. */
export async function runUnits<Result>(input: RunUnitsInput<Result>): Promise<UnitsEnd> {
  const { units, run, store, options, tokens, onlyFailed, keepPauses = false, workers } = input;
  const byKey = new Map(units.map((unit) => [unit.key, unit]));
  const tell = (event: IngestEvent): void => options.onEvent?.(event);
  const onEvent = (event: BatchEvent): void => {
    const unit = "key" in event ? byKey.get(event.key)?.name : undefined;
    tell({ type: "batch", ...(unit !== undefined && { unit }), event });
  };
  const known = await readEnds(store, units);
  const hasOpen = units.some(({ key }) => !known.results.has(key) && !known.failures.has(key));
  if (units.length === 0 || (!hasOpen && !onlyFailed))
    return { ended: "finished", tokens: 0, ...known };
  if (tokens !== undefined && tokens < 1) return { ended: "budget", tokens: 0, ...known };
  const { concurrency, retry, rateLimits, signal, stopSignal, leaseMs, clock } = options;
  let hasAnswers = false;
  const batch: Unit<IngestWork | null>[] = [];
  const groups = workers?.groups ?? [modelGroup];
  for (const [index, { key, weight, pack }] of units.entries()) {
    // A known unit keeps its payload, so that none is made for it.
    const isKnown = known.results.has(key) || known.failures.has(key);
    const payload = pack === undefined || isKnown ? null : await pack();
    const group = groups[index % groups.length] ?? modelGroup;
    batch.push({ key, weight, group, payload });
  }
  const shared = {
    units: batch,
    store,
    onlyFailed,
    keepPauses,
    onEvent,
    ...(concurrency !== undefined && { concurrency }),
    ...(rateLimits !== undefined && { rateLimits }),
    ...(signal !== undefined && { signal }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(clock !== undefined && { clock }),
  };
  const ownRun: RunBatchOptions<IngestWork | null, Result> = {
    ...shared,
    run: async ({ key }, context) => {
      const unit = byKey.get(key);
      if (unit === undefined) throw new Error(`The store gave an unknown unit ${key}.`);
      const outcome = await run(unit, {
        signal: context.signal,
        onStep: (step) => tell({ type: "step", unit: unit.name, ...step }),
      });
      hasAnswers ||= outcome.type === "done";
      return outcome.type === "failed" && outcome.failure.kind === "network"
        ? outcomeWithoutNetwork(outcome.failure, outcome.tokens, hasAnswers)
        : outcome;
    },
    ...(tokens !== undefined && { budget: { tokens } }),
    ...(retry !== undefined && { retry }),
    ...(leaseMs !== undefined && { leaseMs }),
  };
  const report =
    workers === undefined ? await runBatch(ownRun) : await followUnits(shared, workers, tell);
  const { ended, failure, tokens: used } = report;
  const ends = await readEnds(store, units);
  return { ended, ...(failure !== undefined && { failure }), tokens: used, ...ends };
}

/** A network that was there comes back; an address that never answered is probably wrong. */
function outcomeWithoutNetwork(
  failure: UnitFailure,
  tokens: number | undefined,
  hasAnswers: boolean,
): UnitOutcome<never> {
  return hasAnswers
    ? { type: "limited", tokens, limit: { message: failure.message } }
    : { type: "blocked", tokens, failure };
}

async function readEnds(
  store: UnitStore,
  units: readonly NamedUnit[],
): Promise<Pick<UnitsEnd, "results" | "failures">> {
  const results = new Map<string, unknown>();
  const failures = new Map<string, UnitFailure>();
  for (const record of await store.get(units.map(({ key }) => key))) {
    if (record?.state === "done") results.set(record.key, record.result);
    if (record?.state === "failed")
      failures.set(
        record.key,
        record.failure ?? { kind: "unknown", message: "No reason is known." },
      );
  }
  return { results, failures };
}
