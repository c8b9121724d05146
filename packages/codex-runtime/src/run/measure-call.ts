import { type Redact, Redactor, redactReport, redactValue } from "@ktx/redact";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { callBack } from "../values/call-back.ts";
import { findRunEnd, type RunEnd } from "../values/run-end.ts";
import type { RunMetrics } from "../values/run-metrics.ts";
import type { CallPlan } from "./call-plan.ts";
import { countRun, type MeasuredRun } from "./count-run.ts";
import type { CallTrace } from "./run-trace.ts";
import { spanIds, traceSpan } from "./trace-span.ts";

export interface MeasuredCall {
  readonly method: CallTrace["method"];
  readonly input: {
    readonly role: string;
    readonly telemetryTags?: Readonly<Record<string, string>>;
    readonly abortSignal?: AbortSignal;
    readonly onMetrics?: (metrics: RunMetrics) => unknown;
  };
  readonly plan: CallPlan;
}

type CallServices = Pick<ResolvedRuntimeOptions, "clock" | "traceContent" | "findSecrets" | "warn">;

/**
 * Does the work of a call as a span of the tracing channel, and passes its metrics to the caller at any end. Its
 * errors carry no secrets; the caller's own reason for an abort stays unchanged.
 *
 * @param work receives a function that records the use so far and, where no error carries it, the end of the call.
 */
export async function measureCall<Result>(
  { clock, traceContent, findSecrets, warn }: CallServices,
  { method, input, plan }: MeasuredCall,
  work: (record: (run: MeasuredRun, end?: RunEnd) => void, redact: Redact) => Promise<Result>,
): Promise<Result> {
  const startedAtMs = clock.monotonicNow();
  const { redact } = new Redactor(findSecrets());
  const redactContent: Redact = (text) => redactReport(redact(text));
  const { instructions, model } = plan.thread;
  const span: CallTrace = {
    span: "call",
    ...spanIds("call"),
    method,
    model,
    ...redactValue({ role: input.role, telemetryTags: input.telemetryTags ?? {} }, redact),
    ...(traceContent && {
      content: {
        prompt: redactContent(plan.turn.prompt),
        ...(instructions !== undefined && { instructions: redactContent(instructions) }),
      },
    }),
  };
  let counted: Omit<RunMetrics, "totalMs"> = { usage: {} };
  return traceSpan(span, async () => {
    try {
      const result = await work((run, end) => {
        counted = countRun(run);
        const { finalText } = run.summary;
        if (span.content !== undefined && finalText !== undefined)
          span.content.text = redactContent(finalText);
        if (end !== undefined) span.end = end.type;
      }, redact);
      span.end ??= "done";
      return result;
    } catch (error) {
      const isCallers = input.abortSignal?.aborted === true && error === input.abortSignal.reason;
      span.end ??= (isCallers ? undefined : findRunEnd(error)?.type) ?? "aborted";
      throw isCallers ? error : redactValue(error, redact);
    } finally {
      span.metrics = { totalMs: clock.monotonicNow() - startedAtMs, ...counted };
      const { metrics } = span;
      callBack("onMetrics", () => input.onMetrics?.(metrics), warn);
    }
  });
}
