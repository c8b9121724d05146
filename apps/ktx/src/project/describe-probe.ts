import type { TurnFailure } from "@ktx/codex-events";
import type { CodexProbeOutcome } from "@ktx/codex-runtime";
import type { TurnProbe } from "@ktx/config";
import { type AdviceScene, nextStep } from "../advice/next-step.ts";
import { describeLimitEnd } from "../agent/explain-limit.ts";
import { describeFault } from "../network/describe-connection.ts";
import type { ConnectionFault } from "../network/find-connection-fault.ts";
import { asSentence } from "../render/as-sentence.ts";

/**
 * The meaning of a probe turn for a project: each kind of failure has its own fix. Pure.
 *
 * @param fault of the connection, where it was looked for.
 */
export function describeProbe(
  probe: CodexProbeOutcome,
  scene: AdviceScene,
  fault?: ConnectionFault,
): TurnProbe {
  switch (probe.outcome) {
    case "answered":
      return { ok: true };
    case "unsupported-model":
      return {
        ok: false,
        message: probe.message,
        fix: nextStep({ kind: "model-unavailable" }, scene),
      };
    case "failed":
      return { ok: false, ...describeTurnFailure(probe, scene, fault) };
    default:
      return probe satisfies never;
  }
}

function describeTurnFailure(
  { failure, model }: Extract<CodexProbeOutcome, { readonly outcome: "failed" }>,
  scene: AdviceScene,
  fault: ConnectionFault | undefined,
): { readonly message: string; readonly fix: string } {
  const text = withLimitEnd(failure.facts ?? failure.message, failure);
  const isKnown = fault !== undefined && fault.cause !== "none";
  return {
    message: isKnown ? describeFault(fault) : describeCause(failure, text, model, scene),
    fix: nextStep(failure, scene, fault),
  };
}

function describeCause(
  { kind, httpStatus }: Pick<TurnFailure, "kind" | "httpStatus">,
  text: string,
  model: string,
  { auth, endpoint }: AdviceScene,
): string {
  const where = endpoint === undefined ? "to this account" : `at ${endpoint.baseUrl}`;
  if (kind === "model-unavailable") return `The model ${model} is not available ${where}: ${text}`;
  if (kind === "auth" && auth.kind === "api-key")
    return `The key in ${auth.apiKeyEnv} was refused: ${text}`;
  if (kind === "auth" && auth.kind === "none")
    return `${endpoint?.baseUrl} requires a key: ${text}`;
  if (kind === "network" && endpoint !== undefined)
    return `${endpoint.baseUrl} could not be reached: ${text}`;
  if (kind === "server" && endpoint !== undefined)
    return `${endpoint.baseUrl} answers with ${httpStatus === undefined ? "an error" : `status ${httpStatus}`}: ${text}`;
  return text;
}

/** The text with the end of a limit, where it is known. */
function withLimitEnd(text: string, failure: TurnFailure): string {
  const end = describeLimitEnd(failure);
  return end === "" ? text : `${asSentence(text)} ${end}`;
}
