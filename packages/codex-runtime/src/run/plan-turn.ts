import type { ThreadEvent } from "@ktx/codex-events";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { checkBudgets, type RunBudgets } from "../values/budgets.ts";
import { callBack } from "../values/call-back.ts";
import { AnswerText, type TextPart } from "./answer-text.ts";
import type { CallPlan } from "./call-plan.ts";
import { checkPrompt } from "./check-prompt.ts";
import { resolveRunPolicy, type RunPolicy } from "./run-policy.ts";

/** The caller's options of one turn, in any thread. */
export interface TurnRequest extends RunBudgets, RunPolicy {
  readonly prompt: string;
  readonly abortSignal?: AbortSignal;
  readonly onTextDelta?: (part: TextPart) => unknown;
}

/**
 * Plans a call for text in a thread.
 *
 * @throws {RuntimeInputError} for a prompt, a budget or a limit that cannot be asked for.
 */
export function planTurn(
  { policy, warn }: Pick<ResolvedRuntimeOptions, "policy" | "warn">,
  thread: Pick<CallPlan, "thread" | "held">,
  request: TurnRequest,
  onEvent?: (event: ThreadEvent) => void,
): CallPlan {
  const { prompt, abortSignal, onTextDelta } = request;
  checkPrompt(prompt, thread.thread.instructions);
  return {
    ...thread,
    turn: { prompt },
    policy: {
      limits: resolveRunPolicy(request, policy),
      budgets: checkBudgets(request),
      answerDue: true,
      ...(abortSignal && { signal: abortSignal }),
      ...(onEvent && { onEvent }),
      ...(onTextDelta && {
        answerText: new AnswerText((part) =>
          callBack("onTextDelta", () => onTextDelta(part), warn),
        ),
      }),
    },
  };
}
