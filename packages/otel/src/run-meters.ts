import type { CallTrace, ResponseTrace, ToolCallTrace } from "@ktx/codex-runtime";
import type { Attributes, Meter } from "@opentelemetry/api";
import { attribute, countBounds, metric, secondBounds, tokenBounds } from "./conventions.ts";
import { responseErrorOf } from "./response-attributes.ts";
import { errorTypeOf, provider } from "./span-attributes.ts";

/** The counts of one call. */
interface CallCounts {
  readonly toolCalls: number;
  /** 0 also where the transport does not tell single responses. */
  readonly responses: number;
}

/** Records the measures of calls that have ended. */
export interface RunMeters {
  call(trace: CallTrace, counts: CallCounts): void;
  response(trace: ResponseTrace): void;
  tool(trace: ToolCallTrace): void;
}

/** The instruments of the current names. */
export function currentMeters(meter: Meter): RunMeters {
  const counter = (name: string): ((value: number | undefined, to: Attributes) => void) => {
    const tokens = meter.createCounter(name, { unit: "{token}" });
    return (value, to) => {
      if (value !== undefined) tokens.add(value, to);
    };
  };
  const histogram = (name: string, unit: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries } });
  const input = counter(metric.inputTokens);
  const cacheRead = counter(metric.cacheReadTokens);
  const cacheWrite = counter(metric.cacheWriteTokens);
  const output = counter(metric.outputTokens);
  const reasoning = counter(metric.reasoningTokens);
  const agentDuration = histogram(metric.agentDuration, "s", secondBounds);
  const responseDuration = histogram(metric.responseDuration, "s", secondBounds);
  const firstChunk = histogram(metric.firstChunk, "s", secondBounds);
  const inferenceCalls = histogram(metric.inferenceCalls, "{call}", countBounds);
  const toolCalls = histogram(metric.toolCalls, "{call}", countBounds);
  const toolDuration = histogram(metric.toolDuration, "s", secondBounds);
  return {
    call(trace, counts) {
      const to = callAttributes(trace, attribute.provider);
      const usage = trace.metrics?.usage;
      // Codex does not say which of the tokens are those of text.
      const tokens = { ...to, [attribute.modality]: "unknown" };
      input(usage?.inputTokens, tokens);
      cacheRead(usage?.cachedInputTokens, tokens);
      cacheWrite(usage?.cacheWriteInputTokens, tokens);
      output(usage?.outputTokens, tokens);
      reasoning(usage?.reasoningOutputTokens, tokens);
      agentDuration.record(secondsOf(trace), { ...to, ...errorAttribute(errorTypeOf(trace)) });
      toolCalls.record(counts.toolCalls, to);
      if (counts.responses > 0) inferenceCalls.record(counts.responses, to);
    },
    response(trace) {
      const to = responseAttributes(trace, attribute.provider);
      const { firstChunkMs } = trace;
      responseDuration.record(secondsOf(trace), {
        ...to,
        ...errorAttribute(responseErrorOf(trace)),
      });
      if (firstChunkMs !== undefined) firstChunk.record(firstChunkMs / 1_000, to);
    },
    tool(trace) {
      const failed = trace.outcome === "ok" ? undefined : trace.outcome;
      toolDuration.record(secondsOf(trace), {
        [attribute.operation]: "execute_tool",
        [attribute.tool]: trace.name,
        ...errorAttribute(failed),
      });
    },
  };
}

/** The instruments of 1.36, for back ends that know no later names. */
export function oldMeters(meter: Meter): RunMeters {
  const tokens = meter.createHistogram(metric.oldTokens, {
    unit: "{token}",
    advice: { explicitBucketBoundaries: tokenBounds },
  });
  const duration = meter.createHistogram(metric.oldDuration, {
    unit: "s",
    advice: { explicitBucketBoundaries: secondBounds },
  });
  return {
    call(trace) {
      const to = callAttributes(trace, attribute.system);
      const { inputTokens, outputTokens } = trace.metrics?.usage ?? {};
      if (inputTokens !== undefined)
        tokens.record(inputTokens, { ...to, [attribute.tokenType]: "input" });
      if (outputTokens !== undefined)
        tokens.record(outputTokens, { ...to, [attribute.tokenType]: "output" });
      duration.record(secondsOf(trace), { ...to, ...errorAttribute(errorTypeOf(trace)) });
    },
    response(trace) {
      const to = responseAttributes(trace, attribute.system);
      duration.record(secondsOf(trace), { ...to, ...errorAttribute(responseErrorOf(trace)) });
    },
    tool() {},
  };
}

function callAttributes(trace: CallTrace, providerName: string): Attributes {
  return {
    [attribute.operation]: "invoke_agent",
    [providerName]: provider,
    [attribute.requestModel]: trace.model,
  };
}

function responseAttributes({ model }: ResponseTrace, providerName: string): Attributes {
  return {
    [attribute.operation]: "chat",
    [providerName]: provider,
    [attribute.requestModel]: model,
  };
}

function errorAttribute(error: string | undefined): Attributes {
  return error === undefined ? {} : { [attribute.error]: error };
}

function secondsOf({ durationMs = 0 }: { readonly durationMs?: number }): number {
  return durationMs / 1_000;
}
