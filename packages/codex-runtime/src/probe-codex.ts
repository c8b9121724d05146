import { describeFailure, type TurnFailure } from "@ktx/codex-events";
import { CodexError } from "./values/codex-error.ts";
import { CodexKtxLlmRuntime } from "./codex-runtime.ts";
import type { CodexRuntimeOptions } from "./runtime-options.ts";
import { RuntimeInputError } from "./values/runtime-input-error.ts";

export interface CodexProbeInput extends Omit<CodexRuntimeOptions, "modelSlots"> {
  /** The model id or alias to probe. */
  readonly model: string;
  readonly abortSignal?: AbortSignal;
}

export type CodexAuthProbeResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string; readonly fix: string };

/** The result of a minimal turn. */
export type CodexProbeOutcome =
  | { readonly outcome: "answered" }
  /** Codex does not accept the id; nothing was started. */
  | { readonly outcome: "unsupported-model"; readonly message: string }
  | { readonly outcome: "failed"; readonly model: string; readonly failure: TurnFailure };

/**
 * Runs one minimal turn, which costs a few tokens, and reports its outcome.
 *
 * @throws the signal's reason when the caller aborts, and a `RuntimeInputError` about anything but the model.
 */
export async function probeCodex(input: CodexProbeInput): Promise<CodexProbeOutcome> {
  const { model, abortSignal, ...options } = input;
  try {
    await using runtime = new CodexKtxLlmRuntime({
      ...options,
      modelSlots: { default: model },
      // Exactly one turn: a person waits for the answer, and a retry would blur it.
      maxRetries: 0,
    });
    await runtime.generateText({
      role: "default",
      prompt: "Answer with the single word: ok",
      ...(abortSignal && { abortSignal }),
    });
    return { outcome: "answered" };
  } catch (error) {
    if (abortSignal?.aborted === true && error === abortSignal.reason) throw error;
    if (error instanceof CodexError)
      // A completed turn without text proves the account, too.
      return error.failure.kind === "empty-turn"
        ? { outcome: "answered" }
        : { outcome: "failed", model, failure: error.failure };
    if (error instanceof RuntimeInputError && error.code === "unsupported-model")
      return { outcome: "unsupported-model", message: error.message };
    throw error;
  }
}

/**
 * Checks that Codex answers on this model, by one minimal turn, with a sentence and a fix for a person.
 * A model that the account may not use is not a failure of the sign-in.
 */
export async function runCodexAuthProbe(input: CodexProbeInput): Promise<CodexAuthProbeResult> {
  return describeProbe(await probeCodex(input));
}

const chooseModel =
  "Set `llm.models.default` in ktx.yaml to a model that this account may use; `ktx models` lists them.";

function describeProbe(probe: CodexProbeOutcome): CodexAuthProbeResult {
  switch (probe.outcome) {
    case "answered":
      return { ok: true };
    case "unsupported-model":
      return { ok: false, message: probe.message, fix: chooseModel };
    case "failed":
      return probe.failure.kind === "model-unavailable"
        ? {
            ok: false,
            message: `The model "${probe.model}" is not available to this account: ${probe.failure.message}`,
            fix: chooseModel,
          }
        : {
            ok: false,
            message: `Codex authentication is not usable: ${probe.failure.message}`,
            fix: fixSignIn(probe.failure),
          };
    default:
      return probe satisfies never;
  }
}

/** The fix for a failure that is, or may be, one of the sign-in. */
function fixSignIn(failure: TurnFailure): string {
  const nextStep = describeFailure(failure);
  return failure.kind === "auth"
    ? nextStep
    : `Authenticate Codex with \`codex login\` if you have not. Otherwise: ${nextStep}`;
}
