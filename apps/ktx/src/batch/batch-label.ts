import { countOf } from "@ktx/config";
import type { PreparedRun } from "../agent/prepare-run.ts";
import type { BatchInput } from "./batch-input.ts";

const longestSystem = 40;

/** The name of a batch for people: its prompts, and what sets it apart from another batch of the same prompts. Pure. */
export function batchLabel(
  source: string,
  {
    schema,
    tools,
    system,
    onlyFailed,
  }: Pick<BatchInput, "schema" | "tools" | "system" | "onlyFailed">,
  { model, endpoint, servers }: Pick<PreparedRun, "model" | "endpoint" | "servers">,
): string {
  const host = endpoint === undefined ? undefined : URL.parse(endpoint)?.host;
  const parts = [
    host === undefined ? model : `${model} at ${host}`,
    schema === undefined ? "" : `schema ${schema}`,
    tools === undefined ? "" : `tools ${tools}`,
    // A command line may hold a secret.
    servers.length === 0 ? "" : countOf(servers.length, "MCP server"),
    system === undefined ? "" : `system ${JSON.stringify(shorten(system))}`,
    onlyFailed === true ? "only failed" : "",
  ];
  return `${source} (${parts.filter((part) => part !== "").join(", ")})`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= longestSystem ? line : `${line.slice(0, longestSystem).toWellFormed()}…`;
}
