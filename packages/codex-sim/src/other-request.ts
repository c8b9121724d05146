import { rawAnswer, refuse, type SimReply } from "./sim-reply.ts";

/** A request that is not addressed to the model, such as the list of models or a token refresh. */
export interface OtherRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** In lower case. Credentials are replaced by a fingerprint. */
  readonly headers: Readonly<Record<string, string>>;
  /** Size of the body, which is not kept: that of a token refresh holds the token. */
  readonly bytes: number;
}

/** Model requests are `POST …/responses`. */
export function isModelRequest(method: string, path: string): boolean {
  return method === "POST" && /\/responses(?:\?|$)/.test(path);
}

/**
 * The harmless answer: no models to add, and a 426 for a WebSocket, at which Codex falls back to
 * plain HTTP at once.
 */
export function answerOtherRequest({ method, path, headers }: OtherRequest): SimReply {
  const error = (message: string) => ({ error: { message: `codex-sim: ${message}` } });
  if (headers["upgrade"] !== undefined)
    return refuse(426, error("WebSockets are not spoken here; use plain HTTP"));
  if (method === "GET") return rawAnswer({ object: "list", data: [], models: [] });
  return refuse(404, error(`nothing answers ${method} ${path}; see the option answerOther`));
}
