import type { Contender, Work } from "./contender.ts";
import type { Measured } from "./measure.ts";

/** All blocks of one contender at one work. */
export interface Result extends Measured {
  readonly contender: Contender["name"];
  readonly work: Work;
  readonly atOnce: number;
  readonly serviceCpuMs: number;
  /** Of the first request of a run. */
  readonly requestBytes: number;
}

export function joinResults(first: Result, second: Result): Result {
  return {
    ...first,
    times: [...first.times, ...second.times],
    totalMs: first.totalMs + second.totalMs,
    peakMb: Math.max(first.peakMb, second.peakMb),
    nodeCpuMs: first.nodeCpuMs + second.nodeCpuMs,
    codexCpuMs: first.codexCpuMs + second.codexCpuMs,
    serviceCpuMs: first.serviceCpuMs + second.serviceCpuMs,
  };
}

export function p50(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

export function runsPerSecond({ times, totalMs }: Measured): number {
  return (times.length / totalMs) * 1_000;
}
