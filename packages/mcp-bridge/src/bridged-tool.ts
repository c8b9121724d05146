import type {
  ContentBlock,
  LoggingLevel,
  Tool,
  ToolAnnotations,
} from "@modelcontextprotocol/sdk/types.js";
import type { InputOf, ObjectSchema, OutputOf } from "./object-schema.ts";

/** What a running tool is given beside its input. */
export interface ToolContext {
  /** Fires when nobody waits for the result any more: time limit, cancelled call, client gone, bridge closed. */
  readonly signal: AbortSignal;
  /** Tells a client that asked for it how far the work is; `progress` has to grow from one report to the next. */
  readonly progress: (report: ToolProgress) => void;
  /** Tells the client, not the model, something of note. `data` is any JSON value. */
  readonly log: (level: LoggingLevel, data: unknown) => void;
}

export interface ToolProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
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
  readonly inputSchema: ObjectSchema;
  /**
   * The JSON Schema that clients are shown instead of that of `inputSchema`, for a client that reads that one
   * wrongly. Listed as it is.
   */
  readonly inputJsonSchema?: Tool["inputSchema"];
  /**
   * Turns arguments of the form of `inputJsonSchema` into what `inputSchema` takes, which checks them next. Other
   * arguments it hands on as they are. Must not throw. @default the arguments themselves
   */
  readonly decodeInput?: (modelArguments: unknown) => unknown;
  /** Promises structured content of this shape with every result; see `ToolOutput` for what the model then sees. */
  readonly outputSchema?: ObjectSchema;
  /** Hints for the client. `readOnlyHint: true` also lets calls run in parallel; see `concurrency`. */
  readonly annotations?: ToolAnnotations;
  /** Milliseconds from the call's arrival, its wait for a turn included. @default 60_000 */
  readonly timeoutMs?: number;
  /**
   * How many calls of this tool may run at once.
   *
   * @default any number for a read-only tool; all others of a bridge take turns, one at a time
   */
  readonly concurrency?: number;
  /**
   * Keeps what a long result had to leave out, and adds an input `cursor` by which the model asks for it.
   *
   * @default false: the model is told to ask for less
   */
  readonly paged?: boolean;
  /** Does the work and returns a `ToolOutput`. What it throws is told to the model, by its message alone. */
  readonly execute: (input: Input, context: ToolContext) => unknown;
}

/** A `BridgedTool` before its types are joined: `execute` takes what `inputSchema` yields. */
export interface ToolDefinition<
  InputSchema extends ObjectSchema,
  OutputSchema extends ObjectSchema,
> extends Omit<BridgedTool, "inputSchema" | "outputSchema" | "execute"> {
  readonly inputSchema: InputSchema;
  readonly outputSchema?: OutputSchema;
  readonly execute: (
    input: OutputOf<InputSchema>,
    context: ToolContext,
  ) => Awaitable<ObjectSchema extends OutputSchema ? unknown : PromisedOutput<OutputSchema>>;
}

/** Types a tool from its schemas: the input of `execute` and, with an `outputSchema`, what it must return. */
export function defineTool<
  InputSchema extends ObjectSchema,
  OutputSchema extends ObjectSchema = ObjectSchema,
>(definition: ToolDefinition<InputSchema, OutputSchema>): BridgedTool<OutputOf<InputSchema>> {
  return definition;
}

type PromisedOutput<Schema extends ObjectSchema> =
  | InputOf<Schema>
  | { readonly markdown: string; readonly structured: InputOf<Schema> }
  | { readonly content: readonly ContentBlock[]; readonly structuredContent: InputOf<Schema> }
  | { readonly content: readonly ContentBlock[]; readonly isError: true };

type Awaitable<Value> = Value | Promise<Value>;
