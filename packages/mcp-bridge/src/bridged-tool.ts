import type { ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";

/** What a running tool is given beside its input. */
export interface ToolContext {
  /** Fires when the caller no longer waits for the result: the bridge closes, the client leaves or cancels. */
  readonly signal: AbortSignal;
}

/**
 * A tool as the bridge offers it. `Input` is what `execute` takes; a tool of any input type is assignable to
 * the bare `BridgedTool`, which is why a set can hold tools of different types. Make one with `defineTool`,
 * which infers `Input` from the schema.
 */
export interface BridgedTool<Input = never> {
  /** What the client sees and calls. Letters, digits, `_` and `-`, at most 54 of them. */
  readonly name: string;
  /** A name for people, where a client shows one. */
  readonly title?: string;
  /** Tells the model what the tool does and when to call it. */
  readonly description: string;
  /** The input is parsed by the whole schema (defaults, refinements, transforms) before `execute` sees it. */
  readonly inputSchema: z.ZodObject;
  /** Promises structured content of this shape with every result; see `ToolOutput` for what the model then sees. */
  readonly outputSchema?: z.ZodObject;
  /** Hints for the client, such as `readOnlyHint`. */
  readonly annotations?: ToolAnnotations;
  /** Does the work and returns a `ToolOutput`. What it throws is told to the model, by its message alone. */
  readonly execute: (input: Input, context: ToolContext) => unknown;
}

/** A `BridgedTool` before its types are joined: `execute` takes what `inputSchema` yields. */
export interface ToolDefinition<
  InputSchema extends z.ZodObject,
  OutputSchema extends z.ZodObject,
> extends Omit<BridgedTool, "inputSchema" | "outputSchema" | "execute"> {
  readonly inputSchema: InputSchema;
  readonly outputSchema?: OutputSchema;
  readonly execute: (
    input: z.output<InputSchema>,
    context: ToolContext,
  ) => Awaitable<z.ZodObject extends OutputSchema ? unknown : StructuredOutput<OutputSchema>>;
}

/** Types a tool from its schemas: the input of `execute` and, with an `outputSchema`, what it must return. */
export function defineTool<
  InputSchema extends z.ZodObject,
  OutputSchema extends z.ZodObject = z.ZodObject,
>(definition: ToolDefinition<InputSchema, OutputSchema>): BridgedTool<z.output<InputSchema>> {
  return definition;
}

type StructuredOutput<Schema extends z.ZodObject> =
  | z.input<Schema>
  | { readonly markdown: string; readonly structured: z.input<Schema> };

type Awaitable<Value> = Value | Promise<Value>;
