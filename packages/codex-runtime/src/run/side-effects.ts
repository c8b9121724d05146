import { resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { toolServerName } from "../transport/tools/tool-server-config.ts";
import type { ToolCallReport } from "../values/tool-call-report.ts";

/** The tool calls of an attempt that may have had side effects. */
export interface CallsMade {
  /** The names of this run's tools that started, independent of Codex's events. */
  readonly started: ReadonlySet<string>;
  /** The calls that Codex reported, also those of other servers. */
  readonly reported: readonly ToolCallReport[];
}

/**
 * True when an attempt may have had side effects: it started or reported a call of any tool, except this run's tools
 * with `readOnlyHint` or `idempotentHint`. The events alone do not decide: they lag behind, and are missing after a
 * broken stream.
 */
export function mayHaveSideEffects({ started, reported }: CallsMade, toolSet: ToolSet): boolean {
  const ran = reported.filter(({ status }) => status !== "denied");
  if (started.size === 0 && ran.length === 0) return false;
  const repeatable = new Set(
    resolveToolSet(toolSet)
      .filter(
        ({ tool: { annotations } }) => annotations?.readOnlyHint || annotations?.idempotentHint,
      )
      .map(({ tool }) => tool.name),
  );
  return (
    !started.isSubsetOf(repeatable) ||
    ran.some(
      ({ server = toolServerName, tool }) => server !== toolServerName || !repeatable.has(tool),
    )
  );
}
