import { type CallTrace, CodexError, type ResponseTrace } from "@ktx/codex-runtime";
import type { Attributes } from "@opentelemetry/api";
import { attribute } from "./conventions.ts";
import { type FinishReason, outputTypeOf, provider, usageAttributes } from "./span-attributes.ts";

/** The call that a response belongs to. */
export interface ResponseOwner {
  readonly trace: CallTrace;
  readonly agent: string;
}

/** The attributes of a response at its start, for samplers. 1.36 has no name for the stream. */
export function responseStartAttributes(
  { model, threadId, server }: ResponseTrace,
  { trace, agent }: ResponseOwner,
  isOld: boolean,
): Attributes {
  return {
    [attribute.operation]: "chat",
    [isOld ? attribute.system : attribute.provider]: provider,
    [attribute.requestModel]: model,
    [attribute.agent]: agent,
    [attribute.conversation]: threadId,
    [attribute.outputType]: outputTypeOf(trace),
    // Codex streams every response (0.163.0).
    ...(!isOld && { [attribute.stream]: true }),
    ...(server && {
      [attribute.serverAddress]: server.address,
      [attribute.serverPort]: server.port,
    }),
  };
}

/** The attributes that its end adds. 1.36 has no name for the time to the first chunk. */
export function responseEndAttributes(trace: ResponseTrace, isOld: boolean): Attributes {
  const { responseId, firstChunkMs, usage } = trace;
  const error = responseErrorOf(trace);
  return {
    [attribute.finishReasons]: [finishReasonOf(trace)],
    ...(responseId !== undefined && { [attribute.responseId]: responseId }),
    ...(firstChunkMs !== undefined && !isOld && { [attribute.firstChunk]: firstChunkMs / 1_000 }),
    ...usageAttributes(usage ?? {}),
    ...(error !== undefined && { [attribute.error]: error }),
  };
}

/** The kind of failure of a response; undefined for one that is complete. */
export function responseErrorOf({ outcome, error }: ResponseTrace): string | undefined {
  if (outcome === "completed") return undefined;
  if (outcome === "cancelled") return "cancelled";
  if (error instanceof CodexError) return error.failure.kind;
  if (typeof error === "object" && error !== null && "kind" in error) return String(error.kind);
  return error instanceof Error ? error.name : "_OTHER";
}

function finishReasonOf({ outcome, toolCalls = 0 }: ResponseTrace): FinishReason {
  if (outcome !== "completed") return "error";
  return toolCalls > 0 ? "tool_call" : "stop";
}
