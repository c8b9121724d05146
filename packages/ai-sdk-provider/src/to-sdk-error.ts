import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  LoadAPIKeyError,
  LoadSettingError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import {
  CodexError,
  RuntimeInputError,
  type RuntimeInputProblem,
  UnsupportedOutputSchemaError,
} from "@ktx/codex-runtime";
import type { TurnFailure } from "@ktx/codex-events";
import { ToolBridgeError } from "@ktx/mcp-bridge";

/** The surroundings of an error. */
export interface ErrorScene {
  readonly modelId: string;
  readonly url: string;
  readonly prompt: unknown;
  /** The endpoint of the provider; undefined for the account of the sign-in. */
  readonly endpoint: { readonly apiKeyEnv?: string } | undefined;
  /** True for a step that continued a thread: where its process has ended, the next try starts a new one. */
  readonly continues: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Statuses of failures for which Codex gives none. It names the status of every refusal but a 400. */
const statuses: Readonly<Record<string, number>> = {
  "rate-limit": 429,
  "usage-limit": 429,
  server: 500,
  "invalid-request": 400,
  "invalid-output-schema": 400,
  "context-length": 400,
  "model-unavailable": 400,
};

/** The error of the AI SDK for an error of the runtime or of the tools; other errors stay as they are. Pure. */
export function toSdkError(error: unknown, scene: ErrorScene): unknown {
  if (error instanceof CodexError) return ofFailure(error, scene);
  if (error instanceof RuntimeInputError) return ofInput(error, scene);
  if (error instanceof ToolBridgeError)
    return new InvalidArgumentError({ argument: "tools", message: error.message, cause: error });
  if (error instanceof UnsupportedOutputSchemaError)
    return new UnsupportedFunctionalityError({
      functionality: "the schema of the output",
      message: error.message,
    });
  return error;
}

function ofFailure(error: CodexError, scene: ErrorScene): Error {
  const { failure } = error;
  const { endpoint, url, continues } = scene;
  const isOwn = endpoint === undefined;
  const advised = failure.kind === "auth" ? adviseOnSignIn(failure, endpoint) : undefined;
  // A service that answered 401 or 403 has refused the request, as any other provider's.
  if (advised !== undefined && (isOwn || failure.httpStatus === undefined))
    return new LoadAPIKeyError({ message: advised });
  const statusCode = failure.httpStatus ?? statuses[failure.kind];
  const waitMs = findWaitMs(failure, scene.now());
  return new APICallError({
    message: advised ?? failure.message,
    url,
    requestBodyValues: {},
    cause: error,
    isRetryable: failure.retryable || (continues && failure.kind === "process"),
    data: failure,
    ...(statusCode !== undefined && { statusCode }),
    ...(waitMs !== undefined && {
      responseHeaders: {
        "retry-after": String(Math.ceil(waitMs / 1_000)),
        "retry-after-ms": String(Math.ceil(waitMs)),
      },
    }),
  });
}

/** The wait that the service asks for, or the time until the account's limit resets. */
function findWaitMs(failure: TurnFailure, nowMs: number): number | undefined {
  if (failure.kind === "rate-limit" || failure.kind === "server") return failure.retryAfterMs;
  if (failure.kind !== "usage-limit" || failure.resetsAt?.atMs === undefined) return undefined;
  return Math.max(0, failure.resetsAt.atMs - nowMs);
}

/** A message that has its own advice gets no second one. */
function adviseOnSignIn({ message, facts }: TurnFailure, endpoint: ErrorScene["endpoint"]): string {
  const hasAdvice = endpoint === undefined && facts !== undefined;
  return hasAdvice ? message : `${message} ${signIn(endpoint)}`;
}

function signIn(endpoint: ErrorScene["endpoint"]): string {
  if (endpoint === undefined) return "Sign in with `codex login`, or set CODEX_API_KEY.";
  const { apiKeyEnv } = endpoint;
  return apiKeyEnv === undefined
    ? "Name the variable that holds the key of the service in `endpoint.apiKeyEnv` of createKtx."
    : `Set ${apiKeyEnv} (\`endpoint.apiKeyEnv\` of createKtx) to a key that the service takes.`;
}

function ofInput(error: RuntimeInputError, { modelId, prompt }: ErrorScene): unknown {
  const { message, code } = error;
  switch (ofProblem[code]) {
    case "prompt":
      return new InvalidPromptError({ prompt, message, cause: error });
    case "model":
      return new NoSuchModelError({ modelId, modelType: "languageModel", message });
    case "functionality":
      return new UnsupportedFunctionalityError({ functionality: code, message });
    case "setting":
      return new LoadSettingError({ message });
    case "argument":
      return new InvalidArgumentError({ argument: code, message, cause: error });
    default:
      return error;
  }
}

type InputError = "prompt" | "model" | "functionality" | "setting" | "argument";

const ofProblem: Readonly<Record<RuntimeInputProblem, InputError>> = {
  "unsupported-model": "model",
  "empty-prompt": "prompt",
  "prompt-too-long": "prompt",
  "invalid-history": "prompt",
  "invalid-budget": "argument",
  "invalid-options": "argument",
  "invalid-role": "argument",
  "invalid-limit": "argument",
  "invalid-reasoning-effort": "argument",
  "invalid-approval": "argument",
  "unknown-transport": "argument",
  "unknown-isolation": "argument",
  "tool-transport": "argument",
  "unknown-tool-failure-policy": "argument",
  "invalid-endpoint": "argument",
  "single-turns": "functionality",
  "threads-not-kept": "functionality",
  "thread-is-running": "functionality",
  "thread-is-gone": "functionality",
  "runtime-is-disposed": "functionality",
  "codex-not-found": "setting",
  "no-images": "functionality",
  "image-unreadable": "prompt",
  "image-type": "prompt",
  "image-incomplete": "prompt",
  "images-too-large": "prompt",
  "too-many-images": "prompt",
};
