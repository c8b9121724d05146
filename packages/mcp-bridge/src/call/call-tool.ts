import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { BridgedTool, ToolContext } from "../tool/bridged-tool.ts";
import { describeThrown } from "../describe-thrown.ts";
import { isObjectSchema } from "../tool/is-object-schema.ts";
import { snapshotJson, snapshotPlain } from "../tool/json-snapshot.ts";
import type { ObjectSchema } from "../tool/object-schema.ts";
import {
  errorResult,
  layOutResult,
  layOutText,
  parseResult,
  sortOutput,
} from "../tool/tool-result.ts";

/**
 * Calls one tool with the model's arguments. Never rejects: every failure becomes a result with `isError`, whose
 * text the model can act on and which holds no stack. Resolves as soon as the signal fires, even when the tool
 * ignores it.
 */
export async function callTool(
  tool: BridgedTool,
  modelArguments: unknown,
  context: ToolContext,
): Promise<CallToolResult> {
  try {
    const read = await untilAborted(readInput(tool, modelArguments), context.signal);
    if (!read.ok) return read.result;
    context.signal.throwIfAborted();
    // `never` is what a tool of unknown input type takes; its own schema has just produced the value.
    const output = await untilAborted(tool.execute(read.input as never, context), context.signal);
    const { name, outputSchema } = tool;
    if (outputSchema !== undefined)
      return await untilAborted(
        layOutPromised(name, outputSchema, snapshotPlain(output)),
        context.signal,
      );
    const json = snapshotJson(output);
    // A text that represents another value, such as a Date, is not markdown.
    return typeof json === "string" && typeof output !== "string"
      ? layOutText({ structured: json }, false)
      : layOutResult(json, false);
  } catch (error) {
    return errorResult(describeThrown(error));
  }
}

/** The model's arguments in the form of the tool's schema, as given and as parsed; or the answer that refuses them. */
export type ReadInput =
  | { readonly ok: true; readonly given: unknown; readonly input: unknown }
  | { readonly ok: false; readonly result: CallToolResult };

/** Reads the arguments of a call. */
export async function readInput(tool: BridgedTool, modelArguments: unknown): Promise<ReadInput> {
  const given = tool.decodeInput === undefined ? modelArguments : tool.decodeInput(modelArguments);
  const input = await parse(tool.inputSchema, given);
  return input.success
    ? { ok: true, given, input: input.data }
    : { ok: false, result: errorResult(describeInvalidInput(tool.name, input.error)) };
}

/** Parses with this copy of zod, which runs schemas of other copies and has messages for their issues. */
async function parse(schema: ObjectSchema, value: unknown): Promise<z.ZodSafeParseResult<unknown>> {
  if (isObjectSchema(schema)) return z.safeParseAsync(schema, value);
  throw new TypeError(
    "The inputSchema or outputSchema of this tool is not a z.object(…) of zod 4.",
  );
}

/** A client may show the model a lossy copy of the schema; this message gives it the missing constraints. */
function describeInvalidInput(name: string, error: z.core.$ZodError): string {
  return `The arguments of ${name} are invalid:\n${z.prettifyError(error)}\nCorrect the arguments and call the tool again.`;
}

/** Checks what the tool promised with its `outputSchema`. */
async function layOutPromised(
  name: string,
  schema: ObjectSchema,
  output: unknown,
): Promise<CallToolResult> {
  const sorted = sortOutput(output);
  const check = async (structured: unknown): Promise<unknown> => {
    const promised = await parse(schema, structured);
    if (promised.success) return snapshotJson(promised.data);
    throw new TypeError(
      `${name} returned a value that does not match its outputSchema:\n${z.prettifyError(promised.error)}`,
    );
  };
  if (sorted.kind === "text")
    return layOutText({ ...sorted, structured: await check(sorted.structured) }, true);
  if (sorted.kind === "blocks") return layOutText({ structured: await check(output) }, true);
  const given = parseResult(Object(snapshotJson(sorted.result)));
  // MCP: an error result promises nothing.
  if (given.isError === true) return given;
  const { markdown, ...structured } = given.structuredContent ?? {};
  const promised = await check(structured);
  const beside = typeof markdown === "string" ? { markdown } : {};
  return parseResult({ ...given, structuredContent: { ...Object(promised), ...beside } });
}

/** Settles with the work, or rejects with the signal's reason if that fires first; late failures are dropped. */
export async function untilAborted<Value>(
  work: Value,
  signal: AbortSignal,
): Promise<Awaited<Value>> {
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
