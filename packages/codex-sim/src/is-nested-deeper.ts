/** True for a value that has more than this many levels, or contains itself. Iterative, not recursive. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  let level = new Set<unknown>([value]);
  for (let depth = 0; depth <= levels; depth += 1) {
    level = new Set([...level].flatMap(within));
    if (level.size === 0) return false;
  }
  return true;
}

function within(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}
