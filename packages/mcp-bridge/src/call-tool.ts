import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { BridgedTool, ToolContext } from "./bridged-tool.ts";
import { describeThrown } from "./describe-thrown.ts";
import { errorResult, layOutResult, sortOutput } from "./tool-result.ts";

/**
 * Calls one tool with the model's arguments. Never rejects: whatever goes wrong becomes a result with
 * `isError` whose text the model can act on, without a stack. Resolves as soon as the signal fires, whether or
 * not the tool heeds it.
 */
export async function callTool(
  tool: BridgedTool,
  modelArguments: unknown,
  context: ToolContext,
): Promise<CallToolResult> {
  try {
    const input = await tool.inputSchema.safeParseAsync(modelArguments);
    if (!input.success) return errorResult(describeInvalidInput(tool.name, input.error));
    context.signal.throwIfAborted();
    // `never` is what a tool of unknown input type takes; its own schema has just produced the value.
    const output = await untilAborted(tool.execute(input.data as never, context), context.signal);
    return tool.outputSchema === undefined
      ? layOutResult(output, false)
      : await layOutPromised(tool.name, tool.outputSchema, output);
  } catch (error) {
    return errorResult(describeThrown(error));
  }
}

/** Codex hands the model a lossy copy of the schema, so this message is how the model learns the rest of it. */
function describeInvalidInput(name: string, error: z.ZodError): string {
  return `The arguments of ${name} are invalid:\n${z.prettifyError(error)}\nCorrect them and call the tool again.`;
}

async function layOutPromised(
  name: string,
  schema: z.ZodObject,
  output: unknown,
): Promise<CallToolResult> {
  const sorted = sortOutput(output);
  const { markdown, structured } =
    sorted.kind === "text" ? sorted : { markdown: undefined, structured: output };
  const promised = await schema.safeParseAsync(structured);
  if (!promised.success)
    return errorResult(
      `${name} returned what its outputSchema does not allow:\n${z.prettifyError(promised.error)}`,
    );
  return layOutResult(
    markdown === undefined ? promised.data : { markdown, structured: promised.data },
    true,
  );
}

/** Settles with the work, or rejects with the signal's reason if that fires first; late failures are dropped. */
async function untilAborted<Value>(work: Value, signal: AbortSignal): Promise<Awaited<Value>> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
