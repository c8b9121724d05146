import { resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { toolServerName } from "../transport/tools/tool-server-config.ts";
import type { ToolCallReport } from "../values/tool-call-report.ts";

/** What may have changed something in an attempt. */
export interface CallsMade {
  /** The names of this run's tools that were started, whatever Codex's events say. */
  readonly started: ReadonlySet<string>;
  /** The calls that Codex told of, also those of other servers. */
  readonly reported: readonly ToolCallReport[];
}

/**
 * Whether an attempt may have changed something: it started or reported a call, unless the tool is one of
 * ours that says `readOnlyHint` or `idempotentHint`. The events alone do not decide: they lag behind, and
 * where a stream breaks they never come.
 */
export function mayHaveSideEffects({ started, reported }: CallsMade, toolSet: ToolSet): boolean {
  if (started.size === 0 && reported.length === 0) return false;
  const repeatable = new Set(
    resolveToolSet(toolSet)
      .filter(
        ({ tool: { annotations } }) => annotations?.readOnlyHint || annotations?.idempotentHint,
      )
      .map(({ tool }) => tool.name),
  );
  return (
    !started.isSubsetOf(repeatable) ||
    reported.some(
      ({ server = toolServerName, tool }) => server !== toolServerName || !repeatable.has(tool),
    )
  );
}
