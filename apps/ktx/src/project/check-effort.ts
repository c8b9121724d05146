import { readModels } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";
import type { LlmOptions } from "./resolve-llm.ts";

interface CheckEffortInput extends Pick<LlmOptions, "reasoningEffort" | "env"> {
  /** Undefined: OpenAI's own service. */
  readonly endpoint?: LlmOptions["endpoint"];
  readonly models: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Checks a reasoning effort against those that the installed Codex lists for each model. A model that it does not list,
 * and those of an endpoint, take any.
 *
 * @throws {CliError} for an effort that a model does not list.
 */
export async function checkEffort({
  reasoningEffort,
  endpoint,
  env,
  models,
  signal,
}: CheckEffortInput): Promise<void> {
  if (reasoningEffort === undefined || endpoint !== undefined) return;
  const listing = await readModels({ env, abortSignal: signal });
  const listed = listing.state === "listed" ? listing.models : [];
  for (const { id, reasoningLevels: levels } of listed) {
    if (!models.includes(id) || levels.length === 0 || levels.includes(reasoningEffort)) continue;
    throw usageError(
      `Expected a reasoning effort of ${id}: ${levels.join(", ")}; got ${reasoningEffort}.`,
      { next: "Give one of them with --effort, or in llm.reasoning_effort of ktx.yaml." },
    );
  }
}
