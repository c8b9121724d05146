import type { AccountLimits } from "@ktx/codex-events";
import { Redactor, redactValue } from "@ktx/redact";
import type { ReadReportInput } from "@ktx/rate-limits";
import { CodexError } from "../values/codex-error.ts";
import { findStartProblem } from "../values/find-start-problem.ts";
import { classifyThrown } from "./find-turn-failure.ts";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";

/**
 * The account's limits, as last known or as the account answers.
 *
 * @throws {CodexError} where the account cannot be asked; the errors of a start of Codex; the signal's reason.
 */
export async function readLimits(
  { limits, findSecrets }: Pick<ResolvedRuntimeOptions, "limits" | "findSecrets">,
  input: ReadReportInput,
): Promise<AccountLimits | undefined> {
  try {
    return await limits.read(input);
  } catch (error) {
    input.abortSignal?.throwIfAborted();
    const known =
      findStartProblem(error) === undefined ? new CodexError(classifyThrown(error, "")) : error;
    throw redactValue(known, new Redactor(findSecrets()).redact);
  }
}
