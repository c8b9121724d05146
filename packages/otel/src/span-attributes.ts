import type { CallTrace, ResponseTrace, RunEnd, ToolCallTrace } from "@ktx/codex-runtime";
import { CodexError, findRunEnd, findStartProblem } from "@ktx/codex-runtime";
import type { Attributes } from "@opentelemetry/api";
import { attribute } from "./conventions.ts";

/** The provider of all models: Codex speaks to OpenAI, or to a service that speaks like it. */
export const provider = "openai";

/** The attributes of a call at its start, for samplers. */
export function startAttributes(trace: CallTrace, agent: string, isOld: boolean): Attributes {
  const tags = Object.entries(trace.telemetryTags).map(([name, value]) => [
    attribute.tag + name,
    value,
  ]);
  return {
    [attribute.operation]: "invoke_agent",
    [isOld ? attribute.system : attribute.provider]: provider,
    [attribute.requestModel]: trace.model,
    [attribute.agent]: agent,
    [attribute.outputType]: outputTypeOf(trace),
    ...Object.fromEntries(tags),
  };
}

export function outputTypeOf({ method }: CallTrace): "json" | "text" {
  return method === "generateObject" ? "json" : "text";
}

/** The attributes that its end adds; those of its texts only with `withContent`. */
export function endAttributes(
  trace: CallTrace,
  threadId: string | undefined,
  withContent: boolean,
): Attributes {
  const finishReason = finishReasons[trace.end ?? "aborted"];
  const error = errorTypeOf(trace);
  return {
    ...(threadId !== undefined && { [attribute.conversation]: threadId }),
    [attribute.finishReasons]: [finishReason],
    ...usageAttributes(trace.metrics?.usage ?? {}),
    ...(error !== undefined && { [attribute.error]: error }),
    ...(withContent && trace.content && contentAttributes(trace.content, finishReason)),
  };
}

/** A count that was not reported is absent. */
export function usageAttributes({
  inputTokens,
  cachedInputTokens,
  cacheWriteInputTokens,
  outputTokens,
  reasoningOutputTokens,
}: NonNullable<ResponseTrace["usage"]>): Attributes {
  return {
    ...(inputTokens !== undefined && { [attribute.inputTokens]: inputTokens }),
    ...(cachedInputTokens !== undefined && { [attribute.cacheReadTokens]: cachedInputTokens }),
    ...(cacheWriteInputTokens !== undefined && {
      [attribute.cacheWriteTokens]: cacheWriteInputTokens,
    }),
    ...(outputTokens !== undefined && { [attribute.outputTokens]: outputTokens }),
    ...(reasoningOutputTokens !== undefined && {
      [attribute.reasoningTokens]: reasoningOutputTokens,
    }),
  };
}

/** The kind of failure of a call; undefined for one that has its answer. */
export function errorTypeOf({ end, error }: Pick<CallTrace, "end" | "error">): string | undefined {
  if (error === undefined) return end === "done" || end === undefined ? undefined : end;
  // The caller's own reason may be an error of any class.
  if (end === "aborted" && findStartProblem(error) === undefined) return end;
  if (error instanceof CodexError) return error.failure.kind;
  return findRunEnd(error)?.type ?? (error instanceof Error ? error.name : "_OTHER");
}

/** The attributes of a tool call, at its start and at its end. */
export function toolAttributes(trace: ToolCallTrace, withContent: boolean): Attributes {
  const { outcome, content, modelCallId, description } = trace;
  return {
    [attribute.operation]: "execute_tool",
    [attribute.tool]: trace.name,
    [attribute.toolType]: "function",
    ...(modelCallId !== undefined && { [attribute.toolCallId]: modelCallId }),
    ...(description !== undefined && { [attribute.toolDescription]: description }),
    ...(outcome !== undefined && outcome !== "ok" && { [attribute.error]: outcome }),
    ...(withContent &&
      content && {
        [attribute.toolArguments]: JSON.stringify(content.arguments),
        ...(content.result !== undefined && { [attribute.toolResult]: content.result }),
      }),
  };
}

export type FinishReason = "stop" | "length" | "tool_call" | "error";

const finishReasons: Readonly<Record<RunEnd["type"], FinishReason>> = {
  done: "stop",
  "invalid-output": "stop",
  budget: "length",
  "tool-failed": "tool_call",
  timeout: "error",
  failed: "error",
  aborted: "error",
};

/** Messages in the JSON form of the conventions. */
function contentAttributes(
  { prompt, instructions, text }: NonNullable<CallTrace["content"]>,
  finishReason: FinishReason,
): Attributes {
  const part = (content: string): object => ({ type: "text", content });
  return {
    ...(instructions !== undefined && {
      [attribute.instructions]: JSON.stringify([part(instructions)]),
    }),
    [attribute.inputMessages]: JSON.stringify([{ role: "user", parts: [part(prompt)] }]),
    ...(text !== undefined && {
      [attribute.outputMessages]: JSON.stringify([
        { role: "assistant", parts: [part(text)], finish_reason: finishReason },
      ]),
    }),
  };
}
