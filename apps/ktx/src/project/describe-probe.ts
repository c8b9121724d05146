import { describeFailure } from "@ktx/codex-events";
import type { CodexProbeOutcome } from "@ktx/codex-runtime";
import type { CodexSettings, TurnProbe } from "@ktx/config";

const chooseModel =
  "Set llm.models.default in ktx.yaml to an available model; `ktx models` lists them.";

/** The meaning of a probe turn for a project: each kind of failure has its own fix. Pure. */
export function describeProbe(probe: CodexProbeOutcome, codex: CodexSettings): TurnProbe {
  switch (probe.outcome) {
    case "answered":
      return { ok: true };
    case "unsupported-model":
      return { ok: false, message: probe.message, fix: chooseModel };
    case "failed":
      return { ok: false, ...describeTurnFailure(probe, codex) };
    default:
      return probe satisfies never;
  }
}

function describeTurnFailure(
  { failure, model }: Extract<CodexProbeOutcome, { readonly outcome: "failed" }>,
  { auth, endpoint }: CodexSettings,
): { readonly message: string; readonly fix: string } {
  const { kind, message } = failure;
  const where = endpoint === undefined ? "to this account" : `at ${endpoint.baseUrl}`;
  if (kind === "model-unavailable")
    return {
      message: `The model ${model} is not available ${where}: ${message}`,
      fix: endpoint === undefined ? chooseModel : chooseEndpointModel,
    };
  if (kind === "auth" && auth.kind === "api-key")
    return {
      message: `The key in ${auth.apiKeyEnv} was refused: ${message}`,
      fix: `Set ${auth.apiKeyEnv} to a key that is valid.`,
    };
  if (kind === "auth" && auth.kind === "none")
    return {
      message: `${endpoint?.baseUrl} requires a key: ${message}`,
      fix: "Put the key into a variable and name it in llm.provider.codex.endpoint.api_key_env.",
    };
  if (kind === "network" && endpoint !== undefined)
    return {
      message: `${endpoint.baseUrl} could not be reached: ${message}`,
      fix: "Start that service, or correct llm.provider.codex.endpoint.base_url.",
    };
  return { message, fix: describeFailure(failure, "cli") };
}

const chooseEndpointModel =
  "Set llm.models.default in ktx.yaml to a model that the endpoint serves.";
