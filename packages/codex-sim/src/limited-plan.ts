import { answering, createReplier, type SimScript } from "./script.ts";
import { usedUpPlan } from "./sim-reply.ts";

export interface LimitedPlan {
  /** Requests that are answered before the limit is met, once. */
  readonly requests: number;
  /** The time until the limit resets, from the first request that meets it. */
  readonly seconds: number;
  /** The answers. @default it repeats the prompt */
  readonly script?: SimScript;
  /** Milliseconds since the epoch. @default the system's clock */
  readonly now?: () => number;
}

/** The script of an account whose plan is used up after some requests, and resets after some seconds. */
export function limitedPlan({
  requests,
  seconds,
  script = answering((_output, { userText }) => `You said: ${userText}`),
  now = () => Date.now(),
}: LimitedPlan): SimScript {
  const answer = createReplier(script);
  let answered = 0;
  let resetsAt: number | undefined;
  return (request) => {
    if (answered >= requests) resetsAt ??= Math.ceil(now() / 1_000) + seconds;
    if (resetsAt !== undefined && now() < resetsAt * 1_000) return usedUpPlan(resetsAt);
    answered += 1;
    return answer(request);
  };
}
