import type { z } from "zod";

/**
 * Takes each schema apart once, and one that is met again within itself not at all. What was found without such
 * a part is no more than that: it counts only as long as that part is open.
 */
export function onceWhileOpen<Result>(
  nothing: Result,
  takeApart: (schema: z.core.SomeType) => Result,
): (schema: z.core.SomeType) => Result {
  const known = new Map<z.core.SomeType, { result: Result; without: ReadonlySet<object> }>();
  const open = new Set<object>();
  let without = new Set<object>();
  return (schema) => {
    const { def } = schema._zod;
    const before = known.get(schema);
    if (before?.without.isSubsetOf(open) === true) {
      without = without.union(before.without);
      return before.result;
    }
    if (open.has(def)) {
      without.add(def);
      return nothing;
    }
    const outer = without;
    without = new Set();
    open.add(def);
    const result = takeApart(schema);
    open.delete(def);
    without.delete(def);
    known.set(schema, { result, without });
    without = outer.union(without);
    return result;
  };
}
