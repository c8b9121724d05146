import { type BridgedTool, resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { usageError } from "../cli-error.ts";
import { findFile } from "./find-file.ts";
import { importModule } from "./import-module.ts";
import type { UserCodeWatch } from "../supervise/user-code-watch.ts";

export interface LoadToolsInput {
  /** A TypeScript or JavaScript module; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  /** How long it may take to load. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly userCode?: UserCodeWatch | undefined;
}

/**
 * Imports a module and takes the tools that it exports: `tools` (an array, or an object of tools),
 * else a default export of that kind, else every export that is a tool.
 *
 * @throws {CliError} for a module that is not there, that throws, that is not loaded in time, or that has
 * no tools; `ToolBridgeError` for tools that can not be offered; the signal's reason, also while the module
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

/** A tool, an array or an object of at least one; whether each is sound is for `resolveToolSet` to say. */
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
  return names.length === 0 ? "no exports" : `the exports ${names.join(", ")}, none of them a tool`;
}
