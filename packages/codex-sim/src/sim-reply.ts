import type { SimItem } from "./sim-item.ts";

/** The answer of the stand-in to one request. Made by the factories below. */
export type SimReply =
  | ({ readonly type: "stream"; readonly items: readonly SimItem[] } & Required<ReplyOptions>)
  | {
      readonly type: "http";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Pause before the answer, in milliseconds. @default 0 */
      readonly beforeHeadersMs?: number;
    }
  | { readonly type: "never-answer" }
  | { readonly type: "drop-connection" };

/** Token counts as the service reports them; the total is input plus output. */
export interface SimUsage {
  /** @default 10 */
  readonly inputTokens?: number;
  /** @default 2 */
  readonly cachedInputTokens?: number;
  /** @default not reported */
  readonly cacheWriteInputTokens?: number;
  /** @default 5 */
  readonly outputTokens?: number;
  /** @default 1 */
  readonly reasoningOutputTokens?: number;
}

/**
 * The end of the stream, after the items:
 * `completed` as it should · `incomplete` at a limit, such as `max_output_tokens` · `failed` by the
 * service · `cut` the socket is destroyed · `end` in order, yet without `response.completed` ·
 * `stall` it never ends.
 */
export type SimFinish =
  | "completed"
  | { readonly incomplete: string }
  | { readonly failed: { readonly code: string; readonly message: string } }
  | "cut"
  | "end"
  | "stall";

export interface ReplyOptions {
  /** The usage in `response.completed`; `null` for none. @default 10, 2, 5 and 1 tokens */
  readonly usage?: SimUsage | null;
  /** Response headers, such as `x-codex-primary-used-percent` or `openai-model`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Pause before the answer, in milliseconds. @default 0 */
  readonly beforeHeadersMs?: number;
  /** Pause before each item and before the finish, in milliseconds. @default 0 */
  readonly betweenItemsMs?: number;
  /** @default "completed" */
  readonly finish?: SimFinish;
  /** `false` makes Codex send another request in the same turn. @default true */
  readonly endTurn?: boolean;
}

/** A response stream with these items, in this order. */
export function reply(items: readonly SimItem[], options: ReplyOptions = {}): SimReply {
  return {
    type: "stream",
    items,
    usage: options.usage === undefined ? {} : options.usage,
    headers: options.headers ?? {},
    beforeHeadersMs: options.beforeHeadersMs ?? 0,
    betweenItemsMs: options.betweenItemsMs ?? 0,
    finish: options.finish ?? "completed",
    endTurn: options.endTurn ?? true,
  };
}

/** An HTTP error. An object is sent as JSON, a string unchanged (HTML, or an empty body). */
export function refuse(
  status: number,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): SimReply {
  return http(status, body, "text/plain; charset=utf-8", headers);
}

/**
 * The answer to a plan whose usage limit is reached: a 429 with the reset, and the headers of the used-up window.
 *
 * @param resetsAt seconds since the epoch.
 */
export function usedUpPlan(resetsAt: number): SimReply {
  const error = {
    type: "usage_limit_reached",
    message: "The limit",
    plan_type: "plus",
    resets_at: resetsAt,
  };
  const headers = {
    "x-codex-primary-used-percent": "100",
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": String(resetsAt),
  };
  return refuse(429, { error }, headers);
}

/** A 200 that is not a valid response stream: broken events as a string, or JSON as an object. */
export function rawAnswer(
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): SimReply {
  return http(200, body, "text/event-stream", headers);
}

/** Accepts the request and sends nothing, not even headers, until the client gives up. */
export function neverAnswer(): SimReply {
  return { type: "never-answer" };
}

/** The connection is destroyed before any answer. */
export function dropConnection(): SimReply {
  return { type: "drop-connection" };
}

function http(
  status: number,
  body: string | object,
  textType: string,
  headers: Readonly<Record<string, string>>,
): SimReply {
  const [contentType, content] =
    typeof body === "string" ? [textType, body] : ["application/json", JSON.stringify(body)];
  return {
    type: "http",
    status,
    headers: { "content-type": contentType, ...headers },
    body: content,
  };
}
