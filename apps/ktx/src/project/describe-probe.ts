import type { FailureKind } from "@ktx/codex-events";
import type { CodexProbeOutcome } from "@ktx/codex-runtime";
import type { TurnProbe } from "@ktx/config";
import { type AdviceScene, nextStep } from "../advice/next-step.ts";

/** The meaning of a probe turn for a project: each kind of failure has its own fix. Pure. */
export function describeProbe(probe: CodexProbeOutcome, scene: AdviceScene): TurnProbe {
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
      return { ok: false, ...describeTurnFailure(probe, scene) };
    default:
      return probe satisfies never;
  }
}

function describeTurnFailure(
  { failure, model }: Extract<CodexProbeOutcome, { readonly outcome: "failed" }>,
  scene: AdviceScene,
): { readonly message: string; readonly fix: string } {
  const text = failure.facts ?? failure.message;
  return {
    message: describeCause(failure.kind, text, model, scene),
    fix: nextStep(failure, scene),
  };
}

function describeCause(
  kind: FailureKind,
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
  return text;
}
