import { inspect } from "node:util";
import type { IsolationMode } from "@ktx/codex-home";
import { RuntimeInputError } from "../../values/runtime-input-error.ts";

/** The way in which Codex calls the tools of a run; see `CodexRuntimeOptions`. */
export type ToolTransport = "auto" | "dynamic" | "mcp";

export interface ToolTransportScene {
  readonly toolTransport?: ToolTransport | undefined;
  readonly transport: "auto" | "exec" | "app-server";
  readonly isolation?: IsolationMode | undefined;
  /** True where the caller brings the server of the tools, or runs the turns. */
  readonly hasOwnServer: boolean;
}

/**
 * Decides how the tools are called.
 *
 * @throws {RuntimeInputError} `tool-transport` for `dynamic` where only MCP is possible, and for an unknown name.
 */
export function resolveToolTransport(scene: ToolTransportScene): "dynamic" | "mcp" {
  const { toolTransport = "auto", transport, isolation = "strict", hasOwnServer } = scene;
  const served = hasOwnServer
    ? "`startMcpServer` or `runner`, which offer the tools over MCP"
    : transport === "exec"
      ? '`transport: "exec"`, which calls tools over MCP only'
      : undefined;
  switch (toolTransport) {
    case "mcp":
      return "mcp";
    case "auto":
      return served === undefined && isolation === "strict" ? "dynamic" : "mcp";
    case "dynamic":
      if (served === undefined) return "dynamic";
      throw refuse(`got "dynamic" with ${served}. Leave one of the two out.`);
    default:
      throw refuse(`got ${inspect(toolTransport satisfies never)}. Leave it out for "auto".`);
  }
}

function refuse(received: string): RuntimeInputError {
  return new RuntimeInputError(
    "tool-transport",
    `Expected \`toolTransport\` to be "auto", "dynamic" or "mcp", and one that the other options allow; ${received}`,
  );
}
