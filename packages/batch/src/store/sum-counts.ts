import type { GroupCounts, UnitCounts } from "../unit-store.ts";
import { readState, readText, readWhole, type Row } from "./read-row.ts";

/** The counts of rows with a state, a number of units, tokens and milliseconds. */
export function sumCounts(rows: readonly Row[]): UnitCounts {
  const counts = { waiting: 0, running: 0, done: 0, failed: 0, held: 0 };
  let tokens = 0;
  let ranMs = 0;
  for (const row of rows) {
    counts[readState(row)] += readWhole(row, "units");
    tokens += readWhole(row, "tokens");
    ranMs += readWhole(row, "ran_ms");
  }
  return { ...counts, usage: { tokens, ranMs } };
}

/** The same, of rows that also name their group. */
export function sumGroups(rows: readonly Row[]): readonly GroupCounts[] {
  const byGroup = Map.groupBy(rows, (row) => readText(row, "grp"));
  return [...byGroup]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, own]) => ({ group, counts: sumCounts(own) }));
}
