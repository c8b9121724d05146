import type { CallTrace, ResponseTrace, RunTrace, ToolCallTrace } from "@ktx/codex-runtime";
import type { ToolExecution } from "@ktx/mcp-bridge";
import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as tracing,
  type Tracer,
} from "@opentelemetry/api";
import type { RunMeters } from "./run-meters.ts";
import { responseEndAttributes, responseStartAttributes } from "./response-attributes.ts";
import { endAttributes, errorTypeOf, startAttributes, toolAttributes } from "./span-attributes.ts";

export interface RunSpansOptions {
  readonly tracer: Tracer;
  readonly meters: RunMeters;
  readonly withContent: boolean;
  readonly isOld: boolean;
  readonly agentName: (call: CallTrace) => string;
}

/** A call that runs: its span, and what its turns and tools add. */
interface OpenCall {
  readonly trace: CallTrace;
  readonly agent: string;
  readonly span: Span;
  readonly context: Context;
  threadId?: string;
  toolCalls: number;
  /** Responses of the model, where the transport tells them. */
  responses: number;
}

interface OpenTool {
  readonly trace: ToolCallTrace;
  readonly call: OpenCall | undefined;
  /** The attempt that the tool call is a part of. */
  readonly attemptId: string | undefined;
  readonly span: Span;
  readonly context: Context;
  isRunning: boolean;
}

/** An attempt or a turn: no span of its own, but a part of a call. */
interface OpenPart {
  readonly call: OpenCall;
  readonly parentId: string | undefined;
}

/** The spans of the runs that are under way. */
export class RunSpans {
  readonly #options: RunSpansOptions;
  readonly #calls = new Map<string, OpenCall>();
  readonly #parts = new Map<string, OpenPart>();
  readonly #responses = new Map<string, Span>();
  readonly #tools = new Map<string, OpenTool>();

  constructor(options: RunSpansOptions) {
    this.#options = options;
  }

  start(trace: RunTrace): void {
    switch (trace.span) {
      case "call":
        this.#startCall(trace);
        return;
      case "attempt":
      case "turn": {
        const call = this.#callOf(trace.parentId);
        if (call !== undefined) this.#parts.set(trace.id, { call, parentId: trace.parentId });
        return;
      }
      case "response":
        this.#startResponse(trace);
        return;
      case "tool-call":
        this.#startTool(trace);
        return;
      default:
        trace satisfies never;
    }
  }

  end(trace: RunTrace): void {
    switch (trace.span) {
      case "call":
        this.#endCall(trace);
        return;
      case "attempt":
      case "turn":
        if (trace.span === "turn") this.#noteThread(trace);
        this.#parts.delete(trace.id);
        return;
      case "response":
        this.#endResponse(trace);
        return;
      case "tool-call":
        this.#endTool(trace);
        return;
      default:
        trace satisfies never;
    }
  }

  /**
   * The context of the tool call that is about to run within a part of a call: the one with its id, or where the host
   * gives none, the first of its name that does not run yet.
   */
  contextOfTool(
    within: RunTrace | undefined,
    { name, callId }: Pick<ToolExecution, "name" | "callId">,
  ): Context | undefined {
    if (within === undefined) return undefined;
    const found = [...this.#tools.values()].find(
      (tool) =>
        !tool.isRunning &&
        tool.trace.name === name &&
        tool.attemptId === within.id &&
        (callId === undefined || tool.trace.callId === callId),
    );
    if (found === undefined) return this.#callOf(within.id)?.context;
    found.isRunning = true;
    return found.context;
  }

  #startCall(trace: CallTrace): void {
    const { tracer, agentName, isOld } = this.#options;
    const agent = agentName(trace);
    const around = context.active();
    const attributes = startAttributes(trace, agent, isOld);
    const span = tracer.startSpan(
      `invoke_agent ${agent}`,
      { kind: SpanKind.INTERNAL, attributes },
      around,
    );
    const own = tracing.setSpan(around, span);
    this.#calls.set(trace.id, { trace, agent, span, context: own, toolCalls: 0, responses: 0 });
  }

  #endCall(trace: CallTrace): void {
    const call = this.#calls.get(trace.id);
    if (call === undefined) return;
    this.#calls.delete(trace.id);
    // A run that is stopped may end before its tools have answered.
    for (const tool of this.#tools.values())
      if (tool.call === call) this.#endTool({ ...tool.trace, outcome: "cancelled" });
    const { meters, withContent } = this.#options;
    const { span, threadId, toolCalls, responses } = call;
    span.setAttributes(endAttributes(trace, threadId, withContent));
    if (errorTypeOf(trace) !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    meters.call(trace, { toolCalls, responses });
  }

  #noteThread({ id, threadId }: Extract<RunTrace, { span: "turn" }>): void {
    const call = this.#parts.get(id)?.call;
    if (call !== undefined && threadId !== undefined) call.threadId = threadId;
  }

  #startResponse(trace: ResponseTrace): void {
    const call = this.#callOf(trace.parentId);
    // Without its call, as where the instrumentation began in the middle of one, nothing is known of it.
    if (call === undefined) return;
    call.responses += 1;
    const attributes = responseStartAttributes(trace, call, this.#options.isOld);
    const span = this.#options.tracer.startSpan(
      `chat ${trace.model}`,
      { kind: SpanKind.CLIENT, attributes },
      call.context,
    );
    this.#responses.set(trace.id, span);
  }

  #endResponse(trace: ResponseTrace): void {
    const span = this.#responses.get(trace.id);
    if (span === undefined) return;
    this.#responses.delete(trace.id);
    const { isOld, meters } = this.#options;
    span.setAttributes(responseEndAttributes(trace, isOld));
    if (trace.outcome !== "completed") span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    meters.response(trace);
  }

  #startTool(trace: ToolCallTrace): void {
    const part = this.#parts.get(trace.parentId ?? "");
    const around = part?.call.context ?? context.active();
    if (part !== undefined) part.call.toolCalls += 1;
    const span = this.#options.tracer.startSpan(
      `execute_tool ${trace.name}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: toolAttributes(trace, this.#options.withContent),
      },
      around,
    );
    const attemptId = part?.parentId;
    const own = tracing.setSpan(around, span);
    this.#tools.set(trace.id, {
      trace,
      call: part?.call,
      attemptId,
      span,
      context: own,
      isRunning: false,
    });
  }

  #endTool(trace: ToolCallTrace): void {
    const tool = this.#tools.get(trace.id);
    if (tool === undefined) return;
    this.#tools.delete(trace.id);
    tool.span.setAttributes(toolAttributes(trace, this.#options.withContent));
    if (trace.outcome !== "ok") tool.span.setStatus({ code: SpanStatusCode.ERROR });
    tool.span.end();
    this.#options.meters.tool(trace);
  }

  #callOf(id: string | undefined): OpenCall | undefined {
    return id === undefined ? undefined : (this.#calls.get(id) ?? this.#parts.get(id)?.call);
  }
}
