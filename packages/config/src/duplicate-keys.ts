import { isScalar, visit, type Document, type LineCounter } from "yaml";
import type { ConfigProblem } from "./config-problem.ts";
import { quoteUnlessSecret } from "./describe-value.ts";

/**
 * One error for each key that its mapping already has. The library's own check compares every key with
 * every other key of its mapping.
 */
export function findDuplicateKeys(
  document: Document,
  lines: LineCounter,
  file: string,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (!seen.has(key.value)) seen.add(key.value);
        else problems.push(describeDuplicate(String(key.value), key.range?.[0] ?? 0));
      }
    },
  });
  return problems;

  function describeDuplicate(name: string, offset: number): ConfigProblem {
    const { line, col } = lines.linePos(offset);
    return {
      severity: "error",
      code: "duplicate-key",
      file,
      path: [],
      line,
      column: col,
      message: `expected every key once, got ${quoteUnlessSecret(name)} again`,
      fix: "Keep one of the two and remove the other.",
    };
  }
}
