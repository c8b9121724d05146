import { redactValue } from "@ktx/redact";
import { compileOutputSchema, type OutputSchema } from "@ktx/structured-output";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { callBack } from "../values/call-back.ts";
import type { RunMetrics } from "../values/run-metrics.ts";
import { type AgentLoopResult, type AgentLoopStep, describeLoop } from "./agent-loop.ts";
import type { CallPlan } from "./call-plan.ts";
import { decideRunEnd, requireAnswer } from "./decide-run-end.ts";
import { generateObject } from "./generate-object.ts";
import { type MeasuredCall, measureCall } from "./measure-call.ts";
import { type RepairPolicy, resolveRepairAttempts } from "./repair-policy.ts";
import type { RunCallbacks } from "./run-callbacks.ts";
import { runAttempts } from "./run-attempts.ts";
import type { StreamedRun } from "./run-stream.ts";

/** One call of a method: the caller's input and the plan. */
export type Call = Pick<MeasuredCall, "input" | "plan">;

/** The model's answer to a prompt. */
export function callForText(
  options: ResolvedRuntimeOptions,
  { input, plan }: Call,
): Promise<string> {
  return measureCall(options, { method: "generateText", input, plan }, async (record) => {
    await using call = await runAttempts(options, plan);
    record(call.run);
    return requireAnswer(call.run, askedOf(plan));
  });
}

interface StreamInput extends RunCallbacks {
  readonly abortSignal?: AbortSignal;
  readonly onMetrics?: (metrics: RunMetrics) => unknown;
}

/**
 * A call as the run of a stream, which also calls the caller's own callbacks.
 *
 * @param run makes the call with the input that it receives, instead of the caller's input.
 */
export function streamedCall<Input extends StreamInput, Result>(
  { warn }: Pick<ResolvedRuntimeOptions, "warn">,
  input: Input,
  run: (input: Input) => Promise<Result>,
): (streamed: StreamedRun) => Promise<Result> {
  return ({ onEvent, onTextDelta, onMetrics, abortSignal }) =>
    run({
      ...input,
      abortSignal,
      onTextDelta: (part) => {
        onTextDelta(part);
        callBack("onTextDelta", () => input.onTextDelta?.(part), warn);
      },
      onEvent: (event) => {
        onEvent(event);
        callBack("onEvent", () => input.onEvent?.(event), warn);
      },
      onMetrics: (metrics) => {
        onMetrics(metrics);
        callBack("onMetrics", () => input.onMetrics?.(metrics), warn);
      },
    });
}

/** The model's answer as a value of a schema. */
export async function callForObject<Output>(
  options: ResolvedRuntimeOptions,
  { input, plan: { thread, turn, ...rest } }: Call,
  { schema, ...policy }: RepairPolicy & { readonly schema: OutputSchema<Output> },
): Promise<Output> {
  const { jsonSchema } = compileOutputSchema(schema);
  const repairAttempts = resolveRepairAttempts(policy, options.repairAttempts);
  const plan: CallPlan = {
    ...rest,
    // A thread without a second turn need not be kept.
    thread: {
      ...thread,
      turns: thread.turns === "one" && repairAttempts > 0 ? "many" : thread.turns,
    },
    turn: { ...turn, outputSchema: jsonSchema },
  };
  return measureCall(options, { method: "generateObject", input, plan }, (record) =>
    generateObject(options, { call: plan, schema, repairAttempts }, record),
  );
}

/** Runs the model with tools until it is done. */
export async function callForLoop(
  options: ResolvedRuntimeOptions,
  { input, plan: planned }: Call,
  loop: {
    readonly stepBudget: number;
    readonly onStepFinish?: (step: AgentLoopStep) => void | Promise<void>;
  },
): Promise<AgentLoopResult> {
  const { clock } = options;
  const startedAtMs = clock.monotonicNow();
  const { stepBudget, onStepFinish } = loop;
  const plan: CallPlan = {
    ...planned,
    policy: {
      ...planned.policy,
      answerDue: false,
      ...(onStepFinish && { onStep: (stepIndex) => onStepFinish({ stepIndex, stepBudget }) }),
    },
  };
  const described = { method: "runAgentLoop", input, plan } as const;
  return measureCall(options, described, async (record, redact) => {
    await using call = await runAttempts(options, plan);
    const end = decideRunEnd(call.run, askedOf(plan));
    record(call.run, end);
    if (end.type === "aborted") throw end.reason;
    const totalMs = clock.monotonicNow() - startedAtMs;
    const { text, ...result } = describeLoop(call.run, end, totalMs);
    return { ...redactValue(result, redact), ...(text !== undefined && { text }) };
  });
}

function askedOf({ thread, policy }: CallPlan): Parameters<typeof decideRunEnd>[1] {
  return { model: thread.model, policy };
}
