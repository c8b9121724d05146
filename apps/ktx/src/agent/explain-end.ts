import {
  describeIssues,
  describeToolFailures,
  type ErrorEnd,
  type UnfinishedEnd,
} from "@ktx/codex-runtime";
import { type AdviceScene, nextStep } from "../advice/next-step.ts";
import { budgetInWords } from "./budget-in-words.ts";
import { explainLimit } from "./explain-limit.ts";

/** The reason why a run gave no result, for people. */
export interface ExplainedEnd {
  readonly message: string;
  /** The fix, as a sentence. */
  readonly next?: string;
}

/** An end without a result, in the terms of the command line. */
export function explainEnd(end: ErrorEnd, scene?: AdviceScene): ExplainedEnd {
  switch (end.type) {
    case "budget": {
      const { when, next } = budgetInWords(end.budget);
      return { message: `Stopped: the model did not finish ${when}.`, next };
    }
    case "timeout":
    case "failed":
      return (
        explainLimit(end.failure, scene) ?? {
          message: end.failure.facts ?? end.failure.message,
          next: nextStep(end.failure, scene),
        }
      );
    case "tool-failed":
      return {
        message: describeToolFailures(end.toolFailures),
        next: "Correct the tool, or choose with --on-tool-failure which failed calls fail the run.",
      };
    case "invalid-output":
      return explainAnswer(end, scene);
    default:
      return end satisfies never;
  }
}

function explainAnswer(
  { issues, repairEnd }: Extract<ErrorEnd, { readonly type: "invalid-output" }>,
  scene: AdviceScene | undefined,
): ExplainedEnd {
  const message = `Codex structured output failed validation:\n${describeIssues(issues)}`;
  if (repairEnd === undefined)
    return {
      message,
      next: "Correct the schema or the prompt, or choose another model with --model.",
    };
  const { next } = explainEnd(repairEnd, scene);
  return {
    message: `${message}\nIt could not be repaired: ${describeRepairEnd(repairEnd, scene)}`,
    ...(next !== undefined && { next }),
  };
}

function describeRepairEnd(end: UnfinishedEnd, scene: AdviceScene | undefined): string {
  return end.type === "budget"
    ? `the model did not finish ${budgetInWords(end.budget).when}.`
    : explainEnd(end, scene).message;
}
