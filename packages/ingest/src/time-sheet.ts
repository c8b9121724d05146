import type { IngestEvent } from "./ingest-event.ts";

/** The times and tokens of one run. */
export interface IngestTimes {
  /** The stages that ran, in their order. */
  readonly stages: readonly StageTime[];
  /** The units that ran longest in this run, at most three; all attempts count. */
  readonly slowest: readonly {
    readonly unit: string;
    /** Milliseconds. */
    readonly ms: number;
    readonly tokens: number;
  }[];
}

interface StageTime {
  readonly stage: Extract<IngestEvent, { type: "stage" }>["stage"];
  /** Milliseconds from its start to the start of the next one. */
  readonly ms: number;
  readonly tokens: number;
}

/** Adds up the times of a run from its events. */
export interface TimeSheet {
  readonly note: (event: IngestEvent) => void;
  /** The sums so far; the present stage ends now. */
  readonly read: () => IngestTimes;
}

/** @param now milliseconds on a monotonic clock. */
export function createTimeSheet(now: () => number): TimeSheet {
  const stages: (Omit<StageTime, "ms"> & { readonly startMs: number })[] = [];
  const units = new Map<string, { readonly ms: number; readonly tokens: number }>();
  return {
    note: (event) => {
      if (event.type === "stage") stages.push({ stage: event.stage, startMs: now(), tokens: 0 });
      if (event.type !== "batch" || !("ranMs" in event.event)) return;
      const { ranMs, tokens } = event.event;
      const last = stages.pop();
      if (last !== undefined) stages.push({ ...last, tokens: last.tokens + tokens });
      const unit = event.unit ?? event.event.key;
      const known = units.get(unit) ?? { ms: 0, tokens: 0 };
      units.set(unit, { ms: known.ms + ranMs, tokens: known.tokens + tokens });
    },
    read: () => ({
      stages: stages.map(({ stage, startMs, tokens }, index) => ({
        stage,
        ms: Math.round((stages[index + 1]?.startMs ?? now()) - startMs),
        tokens,
      })),
      slowest: [...units]
        .map(([unit, use]) => ({ unit, ...use }))
        .toSorted((a, b) => b.ms - a.ms)
        .slice(0, 3),
    }),
  };
}
