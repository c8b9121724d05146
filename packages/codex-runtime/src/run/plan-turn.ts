import type { ImageSource } from "@ktx/images";
import type { ApproveToolCall } from "@ktx/mcp-bridge";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { checkBudgets, type RunBudgets } from "../values/budgets.ts";
import { callBack } from "../values/call-back.ts";
import { AnswerText } from "./answer-text.ts";
import type { CallPlan } from "./call-plan.ts";
import { checkPrompt } from "./check-prompt.ts";
import { loadImages } from "./load-images.ts";
import type { RunCallbacks } from "./run-callbacks.ts";
import { resolveRunPolicy, type RunPolicy } from "./run-policy.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";

/** The caller's options of one turn, in any thread. */
export interface TurnRequest extends RunBudgets, RunPolicy, RunCallbacks {
  readonly prompt: string;
  readonly images?: readonly ImageSource[];
  readonly abortSignal?: AbortSignal;
  readonly approveToolCall?: ApproveToolCall;
}

/**
 * Plans a call for text in a thread.
 *
 * @throws {RuntimeInputError} for a prompt, an image, an approver, a budget or a limit that cannot be asked for.
 */
export async function planTurn(
  { policy, warn, transport }: Pick<ResolvedRuntimeOptions, "policy" | "warn" | "transport">,
  thread: Pick<CallPlan, "thread" | "held">,
  request: TurnRequest,
): Promise<CallPlan> {
  const { prompt, images: sources = [], abortSignal, approveToolCall } = request;
  const { onTextDelta, onUsage, onEvent, onRetry } = request;
  checkPrompt(prompt, thread.thread.instructions);
  // An approver that cannot be asked must not pass for none.
  if (approveToolCall !== undefined && typeof approveToolCall !== "function")
    throw new RuntimeInputError(
      "invalid-approval",
      `Expected \`approveToolCall\` to be a function, got ${String(approveToolCall)}. Leave it out where nobody decides.`,
    );
  const limits = resolveRunPolicy(request, policy);
  const budgets = checkBudgets(request);
  const images = await loadImages(transport, sources, abortSignal);
  return {
    ...thread,
    turn: { prompt, ...(images.length > 0 && { images }) },
    policy: {
      limits,
      budgets,
      answerDue: true,
      ...(abortSignal && { signal: abortSignal }),
      ...(onEvent && { onEvent: (event) => callBack("onEvent", () => onEvent(event), warn) }),
      ...(approveToolCall && { approveToolCall }),
      ...(onUsage && { onUsage: (usage) => callBack("onUsage", () => onUsage(usage), warn) }),
      ...(onRetry && { onRetry: (wait) => callBack("onRetry", () => onRetry(wait), warn) }),
      ...(onTextDelta && {
        answerText: new AnswerText((part) =>
          callBack("onTextDelta", () => onTextDelta(part), warn),
        ),
      }),
    },
  };
}
