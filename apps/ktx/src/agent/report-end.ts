import type {
  AgentLoopResult,
  BudgetName,
  ErrorEnd,
  OutputIssue,
  RunEnd,
} from "@ktx/codex-runtime";
import type { AdviceScene } from "../advice/next-step.ts";
import { explainEnd } from "./explain-end.ts";

/** Why a run did not end well, as `--json` prints it. */
interface RunErrorReport {
  /** A kind of `TurnFailure`, `tool-call`, `invalid-output`, or `unprintable-value`. */
  readonly kind: string;
  readonly message: string;
  /** The status of the service's answer. */
  readonly httpStatus?: number | undefined;
  /** Where the service did not serve the run: its host, the cause, the tries and their time. */
  readonly why?: string;
  readonly next?: string;
  /** With `tool-call`: the names of the tools whose calls failed the run. */
  readonly failedTools?: readonly string[];
  /** With `invalid-output`: what is wrong with the answer, and the answer as it came. */
  readonly issues?: readonly OutputIssue[];
  readonly text?: string;
}

/** The end of a run, as `--json` prints it. */
export interface RunEndReport {
  readonly stopReason: AgentLoopResult["stopReason"];
  /** The used-up budget, where one ended the run. */
  readonly budget?: BudgetName;
  readonly error?: RunErrorReport;
}

/** The report of an end: of the model's own, or of one that an error stands for. */
export function reportEnd(
  end: ErrorEnd | Extract<RunEnd, { readonly type: "done" }>,
  scene?: AdviceScene,
): RunEndReport {
  switch (end.type) {
    case "done":
      return { stopReason: "natural" };
    case "budget":
      return { stopReason: "budget", budget: end.budget };
    case "timeout":
    case "failed": {
      const { kind, httpStatus } = end.failure;
      const error = { kind, ...(httpStatus !== undefined && { httpStatus }) };
      return {
        stopReason: end.type === "timeout" ? "timeout" : "error",
        error: { ...error, ...explainEnd(end, scene) },
      };
    }
    case "tool-failed": {
      const failedTools = [...new Set(end.toolFailures.map(({ tool }) => tool))];
      const error = { kind: "tool-call", failedTools, ...explainEnd(end, scene) };
      return { stopReason: "error", error };
    }
    case "invalid-output": {
      const { issues, text, repairEnd } = end;
      return {
        stopReason: "error",
        // The end of the repair is the end of the run.
        ...(repairEnd !== undefined && reportEnd(repairEnd, scene)),
        error: { kind: "invalid-output", ...explainEnd(end, scene), issues, text },
      };
    }
    default:
      return end satisfies never;
  }
}
