import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import { TurnEndedError } from "@ktx/codex-process";

/**
 * `unknown`: no thread on disk has this id. `in-use`: another program, or another thread object of this one, writes to
 * it. `forked`: another thread still needs its history. `other-tools`: it was started with other tools.
 */
export type StoredThreadProblem = "unknown" | "in-use" | "forked" | "other-tools";

/** A thread on disk that cannot be opened or deleted; the message is that of `failure`. */
export class StoredThreadError extends Error {
  override readonly name: string = "StoredThreadError";
  readonly failure: TurnFailure;

  /** @param options `detail` names what differs. */
  constructor(
    problem: StoredThreadProblem,
    threadId: string,
    { detail = "their names differ", ...options }: ErrorOptions & { readonly detail?: string } = {},
  ) {
    const message = describe(threadId, detail)[problem];
    super(message, options);
    this.failure = buildFailure({ kind: "thread-unavailable", problem, threadId, message });
  }
}

function describe(threadId: string, detail: string): Readonly<Record<StoredThreadProblem, string>> {
  return {
    unknown: `There is no kept thread with the id ${JSON.stringify(threadId)} for this sign-in and service.`,
    "in-use": `The thread ${threadId} is open elsewhere, in this program or in another one. Close it there, or fork it.`,
    forked: `The thread ${threadId} cannot be deleted: another thread still needs its history. Delete that one first.`,
    "other-tools": `The thread ${threadId} was opened with other tools: ${detail}. Resume it with tools of the same names, or open a new thread.`,
  };
}

/** Codex refuses with one code and these sentences (0.163.0). */
const sentences: readonly (readonly [RegExp, StoredThreadProblem])[] = [
  [/^no rollout found|^invalid (?:session|thread) id|^thread not (?:found|loaded)/, "unknown"],
  [/already has an active writer| is closing; retry /, "in-use"],
  [/forked history still references it/, "forked"],
];

/** The refusal of a request about a stored thread, where it is one; any other error unchanged. */
export function asStoredThreadError(error: unknown, threadId: string): unknown {
  if (!(error instanceof TurnEndedError)) return error;
  const message = error.exit.refusal?.message ?? "";
  const problem = sentences.find(([pattern]) => pattern.test(message))?.[1];
  return problem === undefined ? error : new StoredThreadError(problem, threadId, { cause: error });
}
