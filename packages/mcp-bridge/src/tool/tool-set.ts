import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { describeValue, refuseTool } from "../bridge-error.ts";
import { isCount, maxCount } from "../bridge-limits.ts";
import type { BridgedTool } from "./bridged-tool.ts";
import { buildListing } from "./tool-listing.ts";

/** The tools of one run, by alias. The alias is the host's own name; the client sees each tool's `name`. */
export type ToolSet = Readonly<Record<string, BridgedTool>>;

/** A checked tool with all defaults filled in. */
export interface ResolvedTool {
  readonly alias: string;
  readonly tool: BridgedTool;
  /** The entry that `tools/list` shows. */
  readonly listing: Tool;
  /** Keep the client's own limit (Codex: `tool_timeout_sec`) above the longest of these. */
  readonly timeoutMs: number;
  /** The number of its calls that may run at once; tools that run one at a time share one lane of width 1. */
  readonly concurrency: number | "takes-turns";
}

export const defaultToolTimeoutMs = 60_000;

/** The longest name that fits: Codex calls a tool `mcp__ktx__<name>`, and function names end at 64 characters. */
export const maxToolNameLength: number = 64 - "mcp__ktx__".length;

/**
 * Checks a tool set and returns its tools in order. Pure: call it before anything is started.
 *
 * @throws {ToolBridgeError} that names the alias, what was expected, what came, and the fix.
 */
export function resolveToolSet(toolSet: ToolSet): readonly ResolvedTool[] {
  const aliasByName = new Map<string, string>();
  return Object.entries(toolSet).map(([alias, tool]) => {
    const resolved = resolveTool(alias, tool);
    const earlier = aliasByName.get(tool.name);
    if (earlier !== undefined)
      throw refuseTool("duplicate-tool-name", alias, {
        expected: "a name that no other tool of the set has",
        received: `"${tool.name}", which is the name of tool "${earlier}" too`,
        fix: "Rename one of the two, or give an MCP server a `prefix`: the client tells tools apart by name, not by alias.",
      });
    aliasByName.set(tool.name, alias);
    return resolved;
  });
}

function resolveTool(alias: string, tool: BridgedTool): ResolvedTool {
  if (typeof tool !== "object" || tool === null || typeof tool.execute !== "function")
    throw refuseTool("invalid-tool", alias, {
      expected: "an object with name, description, inputSchema and an execute function",
      received: describeValue(tool),
      fix: "Make the tool with defineTool.",
    });
  if (typeof tool.name !== "string" || !namePattern.test(tool.name))
    throw refuseTool("invalid-tool-name", alias, {
      expected: `a name of 1 to ${maxToolNameLength} letters, digits, "_" or "-"`,
      received: describeValue(tool.name),
      fix: "Codex calls it mcp__ktx__<name>, at most 64 characters in all: choose a name that fits.",
    });
  if (typeof tool.description !== "string" || tool.description.trim() === "")
    throw refuseTool("invalid-description", alias, {
      expected: "a text that tells the model what the tool does and when to call it",
      received: describeValue(tool.description),
      fix: "Write one or two sentences.",
    });
  return {
    alias,
    tool,
    listing: buildListing(alias, tool),
    timeoutMs: resolveTimeout(alias, tool),
    concurrency: resolveConcurrency(alias, tool),
  };
}

const namePattern = new RegExp(`^[a-zA-Z0-9_-]{1,${maxToolNameLength}}$`);

function resolveTimeout(alias: string, { timeoutMs = defaultToolTimeoutMs }: BridgedTool): number {
  if (isCount(timeoutMs)) return timeoutMs;
  throw refuseTool("invalid-limit", alias, {
    expected: `a timeoutMs that is a whole number from 1 to ${maxCount}`,
    received: describeValue(timeoutMs),
    fix: "Leave it out for 60 s.",
  });
}

function resolveConcurrency(
  alias: string,
  { concurrency, annotations }: BridgedTool,
): ResolvedTool["concurrency"] {
  if (concurrency === undefined)
    return annotations?.readOnlyHint === true ? Number.POSITIVE_INFINITY : "takes-turns";
  if (isCount(concurrency)) return concurrency;
  throw refuseTool("invalid-limit", alias, {
    expected: `a concurrency that is a whole number from 1 to ${maxCount}`,
    received: describeValue(concurrency),
    fix: "Leave it out: read-only tools then run in parallel, the others one at a time.",
  });
}
