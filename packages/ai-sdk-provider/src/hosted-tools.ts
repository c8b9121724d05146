import { InvalidArgumentError, type LanguageModelV4ProviderTool } from "@ai-sdk/provider";
import { type BridgedTool, type ResolvedTool, resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";

/** A tool that Codex calls in its own loop, as an entry of the `tools` of the AI SDK. */
export interface HostedTool {
  readonly type: "provider";
  readonly isProviderExecuted: true;
  readonly id: `ktx.${string}`;
  readonly args: { readonly tool: object };
  // Codex has checked the arguments before the AI SDK sees them.
  readonly inputSchema: z.ZodType<Record<string, unknown>>;
  readonly outputSchema: z.ZodType<string>;
}

/** Carries a tool through the AI SDK, which knows only its name. */
class HostedToolHandle {
  readonly #tool: BridgedTool;

  constructor(tool: BridgedTool) {
    this.#tool = tool;
  }

  get tool(): BridgedTool {
    return this.#tool;
  }

  toJSON(): object {
    return { name: this.#tool.name };
  }
}

/**
 * The tools under the names by which the model knows them.
 *
 * @throws {InvalidArgumentError} for tools that cannot be offered.
 */
export function hostTools(toolSet: ToolSet): Record<string, HostedTool> {
  return Object.fromEntries(
    checked(toolSet).map(({ tool }) => [
      tool.name,
      {
        type: "provider",
        isProviderExecuted: true,
        id: `ktx.${tool.name}`,
        args: { tool: new HostedToolHandle(tool) },
        inputSchema: z.record(z.string(), z.unknown()),
        outputSchema: z.string(),
      } as const,
    ]),
  );
}

function checked(toolSet: ToolSet): readonly ResolvedTool[] {
  try {
    return resolveToolSet(toolSet);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError({ argument: "toolSet", message, cause: error });
  }
}

/** The tool of ktx behind an entry; undefined for a tool of another provider. Pure. */
export function hostedToolOf({ args, name }: LanguageModelV4ProviderTool): BridgedTool | undefined {
  const { tool: handle } = args;
  if (!(handle instanceof HostedToolHandle)) return undefined;
  const { tool } = handle;
  if (tool.name === name) return tool;
  return { ...tool, name, execute: (input, context) => tool.execute(input, context) };
}
