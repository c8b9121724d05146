import { inspect } from "node:util";
import { isRecord } from "./is-record.ts";
import { refuse, reply, type SimReply } from "./sim-reply.ts";
import { text, type SimItem } from "./sim-item.ts";
import type { SimRequest } from "./sim-request.ts";

/**
 * The replies of the stand-in model: one for each request, in order, or a function
 * that decides from the request.
 */
export type SimScript =
  | readonly SimReply[]
  | ((request: SimRequest) => SimReply | Promise<SimReply>);

/**
 * The script as a function. A list gives its replies one by one; a request beyond its end, a script that throws, and
 * one that gives no reply get a 400, which Codex does not retry.
 */
export function createReplier(script: SimScript): (request: SimRequest) => Promise<SimReply> {
  if (typeof script === "function")
    return async (request) => {
      try {
        return checkReply(await script(request), request);
      } catch (error) {
        return scriptError(`the script threw for request ${request.index}: ${String(error)}`);
      }
    };
  const rest = script.values();
  return async (request) => {
    const next = rest.next();
    return next.done === true
      ? scriptError(
          `the script's ${script.length} replies are used up (request ${request.index}, counted from 0); add one, or find out why Codex asked again`,
        )
      : checkReply(next.value, request);
  };
}

/** Scripts of JavaScript have no types. */
function checkReply(given: SimReply, { index }: SimRequest): SimReply {
  if (isReply(given)) return given;
  return scriptError(
    `expected a reply for request ${index}, such as reply([text("…")]), and the script gave ${inspect(given, { depth: 1, breakLength: Infinity })}`,
  );
}

function isReply(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { type, items } = value;
  if (type === "stream")
    return Array.isArray(items) && items.every((item) => isRecord(item) && "type" in item);
  return type === "http" || type === "never-answer" || type === "drop-connection";
}

/**
 * A script for the usual tool loop. `answer` receives the last tool output of the conversation
 * (`undefined` before the first) and returns the model's next output: a string is its answer, a list is its text
 * and calls, a reply is sent unchanged.
 */
export function answering(
  answer: (
    lastToolOutput: string | undefined,
    request: SimRequest,
  ) => string | readonly SimItem[] | SimReply,
): SimScript {
  return (request) => {
    const next = answer(request.toolOutputs.at(-1)?.output, request);
    if (typeof next === "string") return reply([text(next)]);
    return "type" in next ? next : reply(next);
  };
}

function scriptError(message: string): SimReply {
  return refuse(400, {
    error: {
      type: "codex_sim_script",
      code: "codex_sim_script",
      message: `codex-sim: ${message}.`,
    },
  });
}
