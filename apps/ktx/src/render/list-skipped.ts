import type { IngestReport } from "@ktx/ingest";
import { oneLine } from "./layout.ts";

/** The lines about skipped files that a person can still read. */
const mostLines = 10;

/** A line for each skipped file, and one for the rest of many. */
export function listSkipped(skipped: IngestReport["skipped"]): readonly string[] {
  const lines = skipped
    .slice(0, mostLines)
    .map(({ path, reason }) => `Skipped: ${oneLine(path)}: ${oneLine(reason)}`);
  const more = skipped.length - lines.length;
  return more === 0 ? lines : [...lines, `Skipped: ${more} more, which --json lists.`];
}
