import { createHash } from "node:crypto";

/**
 * The name of the batch of these keys: the same for the same keys, in whatever order.
 *
 * @param scope keeps it apart from the batches of others with the same keys.
 */
export function batchIdOf(keys: Iterable<string>, scope?: string): string {
  const hash = createHash("sha256");
  if (scope !== undefined) hash.update(`scope ${scope.length}:${scope}`);
  for (const key of [...keys].toSorted()) hash.update(`${key.length}:${key}`);
  return hash.digest("hex").slice(0, 32);
}
