import { createHash } from "node:crypto";

/** The name of the batch of these keys: the same for the same keys, in whatever order. */
export function batchIdOf(keys: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const key of [...keys].toSorted()) hash.update(`${key.length}:${key}`);
  return hash.digest("hex").slice(0, 32);
}
