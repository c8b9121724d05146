import { readModels } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";
import type { LlmOptions } from "./resolve-llm.ts";

interface CheckEffortInput extends Pick<LlmOptions, "reasoningEffort" | "endpoint" | "env"> {
  readonly model: string;
  readonly signal: AbortSignal;
}

/**
 * Checks a reasoning effort against those that the installed Codex lists for the model. A model that it does not list,
 * and those of an endpoint, take any.
 *
 * @throws {CliError} for an effort that the model does not list.
 */
export async function checkEffort({
  reasoningEffort,
  endpoint,
  env,
  model,
  signal,
}: CheckEffortInput): Promise<void> {
  if (reasoningEffort === undefined || endpoint !== undefined) return;
  const listing = await readModels({ env, abortSignal: signal });
  const models = listing.state === "listed" ? listing.models : [];
  const levels = models.find(({ id }) => id === model)?.reasoningLevels ?? [];
  if (levels.length === 0 || levels.includes(reasoningEffort)) return;
  throw usageError(
    `Expected a reasoning effort of ${model}: ${levels.join(", ")}; got ${reasoningEffort}.`,
    { next: "Give one of them with --effort, or in llm.reasoning_effort of ktx.yaml." },
  );
}
