import { APICallError, LoadAPIKeyError } from "@ai-sdk/provider";
import { CodexError } from "@ktx/codex-runtime";

/** Statuses of failures for which Codex gives none. */
const statuses: Readonly<Record<string, number>> = {
  "rate-limit": 429,
  "usage-limit": 429,
  server: 500,
  "invalid-request": 400,
  "invalid-output-schema": 400,
  "context-length": 400,
  "model-unavailable": 404,
};

/**
 * The error of the AI SDK for an error of the runtime; other errors stay as they are. Pure.
 *
 * @param continues True for a step that continued a thread: where its process has ended, the next try starts a new one.
 */
export function toSdkError(error: unknown, url: string, continues: boolean): unknown {
  if (!(error instanceof CodexError)) return error;
  const { failure } = error;
  if (failure.kind === "auth")
    return new LoadAPIKeyError({ message: `${failure.message} Sign in with \`codex login\`.` });
  const statusCode = failure.httpStatus ?? statuses[failure.kind];
  const waitMs = failure.kind === "rate-limit" ? failure.retryAfterMs : undefined;
  return new APICallError({
    message: failure.message,
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
