import type {
  ContentBlock,
  LoggingLevel,
  Tool,
  ToolAnnotations,
} from "@modelcontextprotocol/sdk/types.js";
import type { ApproveToolCall, ToolVerdict } from "./tool-approval.ts";
import type { InputOf, ObjectSchema, OutputOf } from "./object-schema.ts";

/** The context of a running call. */
export interface ToolContext {
  /** Fires when the result is no longer needed: time limit, cancelled call, client gone, bridge closed. */
  readonly signal: AbortSignal;
  /** Reports progress to a client that asked for it. `progress` must grow from one report to the next. */
  readonly progress: (report: ToolProgress) => void;
  /** Sends a log message to the client, not to the model. `data` is any JSON value. */
  readonly log: (level: LoggingLevel, data: unknown) => void;
  /** The decision that the host has got about the call; absent where nobody decided. */
  readonly approval?: Exclude<ToolVerdict, "denied">;
  /** The id of the call, as observers have it; absent where no host runs the tool. */
  readonly callId?: number;
  /** The model's id of the call, where the transport has it. */
  readonly modelCallId?: string;
  /** Data about the call that is not for the tool itself, such as `traceparent`. @default none */
  readonly meta?: Readonly<Record<string, string>>;
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
  /** The name that the client sees and calls: 1 to 54 letters, digits, `_` and `-`. */
  readonly name: string;
  /** A display name, for clients that show one. */
  readonly title?: string;
  /** Tells the model what the tool does and when to call it. */
  readonly description: string;
  /** The input is parsed by the whole schema (defaults, refinements, transforms) before `execute` sees it. */
  readonly inputSchema: ObjectSchema;
  /**
   * The JSON Schema of the input, for a tool without a zod schema of its parts, such as one of another MCP server. It is
   * listed, and an adapter for one client may rewrite it; `inputSchema` does the check.
   */
  readonly foreignInputSchema?: Tool["inputSchema"];
  /**
   * The JSON Schema that clients see instead of that of `inputSchema`, for a client that misreads that one. It is
   * listed unchanged.
   */
  readonly inputJsonSchema?: Tool["inputSchema"];
  /**
   * Converts arguments of the form of `inputJsonSchema` into the input of `inputSchema`, which checks them next.
   * It returns other arguments unchanged, and must not throw. @default the arguments themselves
   */
  readonly decodeInput?: (modelArguments: unknown) => unknown;
  /** The shape of the structured content of every result; `ToolOutput` says how the model then sees it. */
  readonly outputSchema?: ObjectSchema;
  /** Hints for the client. `readOnlyHint: true` also lets calls run in parallel; see `concurrency`. */
  readonly annotations?: ToolAnnotations;
  /** Milliseconds from the arrival of the call, including its wait in the queue. @default 60_000 */
  readonly timeoutMs?: number;
  /**
   * False for a call that waits for somebody else: it does not keep the program alive. Over a socket, the connection
   * still does. @default true: until the call ends, or its time limit
   */
  readonly keepsAlive?: boolean;
  /**
   * The number of calls of this tool that may run at once.
   *
   * @default any number for a read-only tool; all other tools of a bridge run one call at a time
   */
  readonly concurrency?: number;
  /**
   * Keeps the part of a long result that was cut off, and adds an input `cursor` that reads it.
   *
   * @default false: the notice asks the model for a narrower call
   */
  readonly paged?: boolean;
  /**
   * Decides about each call before it runs. A host asks, `callTool` alone does not.
   *
   * @default nobody decides
   */
  readonly approve?: ApproveToolCall | undefined;
  /** Does the work and returns a `ToolOutput`. A thrown error reaches the model by its message alone. */
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
