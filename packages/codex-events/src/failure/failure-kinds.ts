import type { ResetTime } from "./reset-time.ts";

/** The reason why a turn failed. Branch on `kind`. */
export type TurnFailure = FailureText & { readonly retryable: boolean } & KindFacts;

export type FailureKind = KindFacts["kind"];

interface FailureText {
  /** One human sentence, without the envelope of the raw text. */
  readonly message: string;
  /**
   * The raw text, without its middle beyond 64 Ki characters; empty when there was none.
   */
  readonly raw: string;
  /**
   * The message without the advice at its end, or without the reason why ktx does not wait for a limit, for a caller
   * with words of its own; absent where it has neither.
   */
  readonly facts?: string;
  readonly httpStatus?: number;
}

/** The reason why a sign-in of this machine cannot be used. */
export type AuthProblem =
  /** No sign-in to use: neither `auth.json` nor a key. */
  | "not-signed-in"
  /** The sign-in is in the system's keyring, where only the user's own Codex home finds it. */
  | "credentials-in-keyring"
  /** A sign-in may exist, but this user may not read its folder. */
  | "sign-in-unreadable";

/** The facts of each kind. */
type KindFacts =
  /** Not signed in, a missing or refused key, or a failed refresh. `problem`: what ktx found before it asked. */
  | { readonly kind: "auth"; readonly problem?: AuthProblem }
  /** The account or service has no such model. */
  | { readonly kind: "model-unavailable"; readonly model?: string }
  /** The plan's or account's quota is used up. */
  | { readonly kind: "usage-limit"; readonly resetsAt?: ResetTime }
  /** Too many requests now. `retryAfterMs`: the wait that the service asks for. */
  | { readonly kind: "rate-limit"; readonly retryAfterMs?: number }
  /** The conversation, or the prompt alone, does not fit. */
  | { readonly kind: "context-length" }
  /** The service refused our schema; `path` leads to the place, empty for its root. */
  | { readonly kind: "invalid-output-schema"; readonly path?: readonly string[] }
  /** Any other refused request. */
  | { readonly kind: "invalid-request" }
  /** Filtered or refused by policy. */
  | { readonly kind: "content-policy" }
  /** Cut at the output limit. */
  | { readonly kind: "incomplete-response"; readonly partialText?: string }
  /** A required MCP server did not start or refused Codex. */
  | { readonly kind: "tool-server" }
  /**
   * A thread on disk cannot go on. `unknown`: no thread has this id. `in-use`: another thread object or program
   * has it open. `other-tools`: it was opened with other tools. `forked`: another thread needs its history.
   */
  | {
      readonly kind: "thread-unavailable";
      readonly problem: "unknown" | "in-use" | "other-tools" | "forked";
      readonly threadId: string;
    }
  /** Codex refused its configuration or could not start. */
  | { readonly kind: "codex-config" }
  /** Could not connect. */
  | { readonly kind: "network" }
  /** Connected, then cut or stalled. */
  | { readonly kind: "stream-disconnected" }
  /** The service failed or is overloaded. */
  | { readonly kind: "server"; readonly retryAfterMs?: number }
  /** Completed with no answer where one was due. */
  | { readonly kind: "empty-turn" }
  /** The runtime's own time limit. */
  | { readonly kind: "timeout"; readonly limit: "wall-clock" | "idle" }
  /** Codex died. */
  | {
      readonly kind: "process";
      readonly exitCode?: number;
      readonly signal?: string;
      /** The end of standard error, at most 2,000 characters. */
      readonly stderrTail?: string;
    }
  /** The caller's signal fired. */
  | { readonly kind: "aborted"; readonly reason?: unknown }
  /** None of the other kinds. */
  | { readonly kind: "unknown" };

/**
 * Builds a failure from its facts; `retryable` follows from the kind. For failures that the runtime itself
 * detects.
 */
export function buildFailure(
  facts: KindFacts & Omit<FailureText, "raw"> & { readonly raw?: string },
): TurnFailure {
  return { raw: "", ...facts, retryable: retryableKinds[facts.kind] };
}

/** True for the kinds where the same call may succeed later without a change by anyone. */
const retryableKinds: Readonly<Record<FailureKind, boolean>> = {
  auth: false,
  "model-unavailable": false,
  "usage-limit": false,
  "rate-limit": true,
  "context-length": false,
  "invalid-output-schema": false,
  "invalid-request": false,
  "content-policy": false,
  "incomplete-response": false,
  "tool-server": false,
  "thread-unavailable": false,
  "codex-config": false,
  network: true,
  "stream-disconnected": true,
  server: true,
  "empty-turn": true,
  timeout: true,
  process: false,
  aborted: false,
  unknown: false,
};

/** True for a text that is a kind of failure, such as one read from a file of events. Pure. */
export function isFailureKind(text: string): text is FailureKind {
  return Object.hasOwn(retryableKinds, text);
}

/** All kinds of failures. */
export const failureKinds: readonly FailureKind[] =
  Object.keys(retryableKinds).filter(isFailureKind);
