import { findRunEnd, findStartProblem, type StartProblem } from "@ktx/codex-runtime";
import { CliError, type CliErrorParts } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import type { AdviceScene } from "../advice/next-step.ts";
import { explainEnd } from "./explain-end.ts";

/** A {@link CliError} for an error that a user can fix; any other value unchanged. */
export function explainError(error: unknown, scene?: AdviceScene): unknown {
  const parts = partsOf(error, scene);
  return parts === undefined ? error : new CliError(parts, { cause: error });
}

function partsOf(error: unknown, scene: AdviceScene | undefined): CliErrorParts | undefined {
  const problem = findStartProblem(error);
  if (problem !== undefined) {
    const { cause, message, suggestion } = problem;
    return { what: message, next: suggestion, exitCode: exitCodesByCause[cause] };
  }
  const end = findRunEnd(error);
  if (end === undefined) return undefined;
  const { message, next } = explainEnd(end, scene);
  return { what: message, next, exitCode: exitCodes.failed };
}

const exitCodesByCause: Readonly<Record<StartProblem["cause"], number>> = {
  input: exitCodes.usage,
  machine: exitCodes.failed,
};
