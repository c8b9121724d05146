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
  if (end === undefined) return partsOfFiles(error);
  const { message, next } = explainEnd(end, scene);
  return { what: message, next, exitCode: exitCodes.failed };
}

/** An error of the system about a path, such as a folder of ktx's own in a home that is read-only: no defect of ktx. */
function partsOfFiles(error: unknown): CliErrorParts | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("path" in error)) return undefined;
  if (String(error.syscall).startsWith("spawn")) return undefined;
  const isMade = error.syscall === "mkdir";
  return {
    what: isMade
      ? `The folder ${String(error.path)} cannot be made.`
      : `${String(error.path)} cannot be read or written.`,
    why: error.message,
    next: "Correct that path or its permissions. The folders of ktx itself are below HOME, or where XDG_CACHE_HOME and XDG_DATA_HOME say.",
    exitCode: exitCodes.failed,
  };
}

const exitCodesByCause: Readonly<Record<StartProblem["cause"], number>> = {
  input: exitCodes.usage,
  machine: exitCodes.failed,
};
