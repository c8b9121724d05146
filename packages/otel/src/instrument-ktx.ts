import { AsyncLocalStorage } from "node:async_hooks";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { type CallTrace, type RunTrace, runTraceChannelName } from "@ktx/codex-runtime";
import { type ToolExecution, toolExecutionChannelName } from "@ktx/mcp-bridge";
import {
  context,
  diag,
  metrics,
  type MeterProvider,
  propagation,
  trace as tracing,
  type TracerProvider,
} from "@opentelemetry/api";
import { oldSchemaUrl, schemaUrl, version } from "./conventions.ts";
import { currentMeters, oldMeters } from "./run-meters.ts";
import { RunSpans } from "./run-spans.ts";

export interface InstrumentationOptions {
  /** @default the global one of `@opentelemetry/api` */
  readonly tracerProvider?: TracerProvider;
  /** @default the global one of `@opentelemetry/api` */
  readonly meterProvider?: MeterProvider;
  /**
   * Adds prompts, answers, arguments and results to the spans. The runtime gives them only with `traceContent: true`.
   *
   * @default false
   */
  readonly content?: boolean;
  /** The names of metrics and of the provider: those of v0.1.0, or the older ones. @default "0.1" */
  readonly conventions?: "0.1" | "1.36";
  /** The name of the agent of a call. @default its role */
  readonly agentName?: (call: CallTrace) => string;
}

/**
 * Reports all runs of all runtimes of this program as spans and metrics, from now until it is disposed. Tools run in
 * the context of their span, so that what they call is a part of the trace; `context.meta` of a tool, and `_meta` of a
 * call to another MCP server, has the `traceparent`.
 */
export function instrumentKtx(options: InstrumentationOptions = {}): Disposable {
  const isOld = options.conventions === "1.36";
  const scope = { schemaUrl: isOld ? oldSchemaUrl : schemaUrl };
  const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(
    "@ktx/otel",
    version,
    scope,
  );
  const spans = new RunSpans({
    tracer: (options.tracerProvider ?? tracing.getTracerProvider()).getTracer(
      "@ktx/otel",
      version,
      scope,
    ),
    meters: isOld ? oldMeters(meter) : currentMeters(meter),
    withContent: options.content === true,
    isOld,
    agentName: options.agentName ?? (({ role }) => role),
  });
  const within = new AsyncLocalStorage<RunTrace>();
  const runs = tracingChannel<RunTrace, RunTrace>(runTraceChannelName);
  const tools = channel(toolExecutionChannelName);
  const onStart = guarded((message) => spans.start(message as RunTrace));
  const onEnd = guarded((message) => spans.end(message as RunTrace));
  const onTool = guarded((message) => {
    const execution = message as ToolExecution;
    const found = spans.contextOfTool(within.getStore(), execution);
    if (found === undefined) return;
    propagation.inject(found, execution.meta);
    const { execute } = execution;
    execution.execute = () => context.with(found, execute);
  });
  runs.start.bindStore(within);
  runs.start.subscribe(onStart);
  runs.asyncEnd.subscribe(onEnd);
  tools.subscribe(onTool);
  return {
    [Symbol.dispose](): void {
      runs.start.unbindStore(within);
      runs.start.unsubscribe(onStart);
      runs.asyncEnd.unsubscribe(onEnd);
      tools.unsubscribe(onTool);
    },
  };
}

/** A fault of telemetry goes to the diagnostics of OpenTelemetry: thrown to a channel, it would end the program. */
function guarded(listen: (message: unknown) => void): (message: unknown) => void {
  return (message) => {
    try {
      listen(message);
    } catch (error) {
      diag.error("@ktx/otel could not report a run", error);
    }
  };
}
