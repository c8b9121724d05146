import { type BridgedTool, resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { usageError } from "../cli-error.ts";
import { findFile } from "./find-file.ts";
import { importModule } from "./import-module.ts";
import type { UserCodeWatch } from "../supervise/user-code-watch.ts";

export interface LoadToolsInput {
  /** A TypeScript or JavaScript module; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  /** Milliseconds that it may take to load. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly userCode?: UserCodeWatch | undefined;
}

/**
 * Imports a module and returns the tools that it exports: `tools` (an array, or an object of tools),
 * else a default export of that kind, else every export that is a tool.
 *
 * @throws {CliError} for a module that does not exist, throws, does not load in time, or has no tools;
 * `ToolBridgeError` for tools that cannot be offered; the signal's reason, also while the module
 * is still loading.
 */
export async function loadTools({
  path,
  cwd,
  timeoutMs,
  signal,
  userCode,
}: LoadToolsInput): Promise<ToolSet> {
  const file = await findFile({
    path,
    cwd,
    what: "a tools module",
    next: "Give the path of a module that exports tools, relative to the current folder.",
  });
  const module = await importModule({ file, what: "tools module", timeoutMs, signal, userCode });
  const toolSet = findTools(module, path);
  resolveToolSet(toolSet);
  return toolSet;
}

function findTools(module: Readonly<Record<string, unknown>>, path: string): ToolSet {
  for (const name of ["tools", "default"]) {
    const found = toToolSet(name, module[name]);
    if (found !== undefined) return found;
  }
  const tools = Object.entries(module).filter((entry): entry is [string, BridgedTool] =>
    isTool(entry[1]),
  );
  if (tools.length > 0) return Object.fromEntries(tools);
  const names = Object.keys(module);
  throw usageError(`Expected ${path} to export tools, got ${describeExports(names)}.`, {
    next: "Export `const tools = [defineTool({ name, description, inputSchema, execute })]`, with defineTool of @ktx/mcp-bridge.",
  });
}

/** A tool, or a non-empty array or object of tools; `resolveToolSet` checks each of them. */
function toToolSet(name: string, value: unknown): ToolSet | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (isTool(value)) return { [name]: value };
  const entries = Array.isArray(value)
    ? value.map((tool: unknown, index): [string, unknown] => [`${name}[${index}]`, tool])
    : Object.entries(value);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as ToolSet);
}

function isTool(value: unknown): value is BridgedTool {
  return (
    typeof value === "object" &&
    value !== null &&
    "execute" in value &&
    typeof value.execute === "function"
  );
}

function describeExports(names: readonly string[]): string {
  return names.length === 0
    ? "no exports"
    : `the exports ${names.join(", ")}, but none of them is a tool`;
}
