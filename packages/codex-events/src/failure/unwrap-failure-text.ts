import { boundText } from "../bound-text.ts";
import { arrayField, isJsonObject, stringField, type JsonObject } from "../json-object.ts";

/** A failure text without its envelopes, and the facts that they held. */
export interface UnwrappedText {
  /** One line, at most about 1,000 characters; empty when the text was only an envelope. */
  readonly sentence: string;
  readonly httpStatus?: number;
  /** The API's `error.code` and `error.type`. */
  readonly code?: string;
  readonly type?: string;
  /** Seconds since 1970, from a usage limit's `error.resets_at`. */
  readonly resetsAtSeconds?: number;
  /** True for a text that was a JSON body. Codex 0.163.0 passes one on only where the status was 400. */
  readonly isBody?: true;
}

/**
 * Removes the envelopes that Codex 0.163.0 puts around an error, one after the other: its reconnect and status
 * lines, a chunked or plain JSON body in several shapes, an HTML page, a JSON-RPC error.
 */
export function unwrapFailureText(text: string): UnwrappedText {
  let unwrapped: UnwrappedText = { sentence: text.trim() };
  // Each layer makes the text shorter; no recorded text has more than four.
  for (let layer = 0; layer < 8; layer += 1) {
    const inner = unwrapLayer(unwrapped.sentence);
    if (inner === undefined) break;
    unwrapped = { ...unwrapped, ...inner };
  }
  const sentence = boundText(unwrapped.sentence.replaceAll(/\s+/g, " ").trim(), 1000);
  const httpStatus = unwrapped.httpStatus ?? findMentionedStatus(sentence);
  return { ...unwrapped, sentence, ...(httpStatus !== undefined && { httpStatus }) };
}

function unwrapLayer(text: string): UnwrappedText | undefined {
  return (
    unwrapReconnect(text) ??
    unwrapStatus(text) ??
    unwrapJsonRpc(text) ??
    unwrapJson(text) ??
    unwrapHtml(text) ??
    unwrapRequestDetails(text)
  );
}

/** `Reconnecting... 1/2 (<cause>)`, `Reconnecting... waiting for network (<cause>)`. */
function unwrapReconnect(text: string): UnwrappedText | undefined {
  const cause = /^Reconnecting\.\.\. [^(]*\((.*)\)$/s.exec(text)?.[1];
  return cause === undefined ? undefined : { sentence: cause };
}

/**
 * `unexpected status 503 Service Unavailable: <body>, url: …`, or the same without a usable body.
 */
function unwrapStatus(text: string): UnwrappedText | undefined {
  const match = /^unexpected status ((\d{3}) [^:]*): ?(.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, status = "", code, rest = ""] = match;
  const body = unwrapRequestDetails(rest)?.sentence ?? rest;
  return { sentence: body.trim() === "" ? `HTTP ${status}` : body, httpStatus: Number(code) };
}

/**
 * `thread/start: thread/start failed: error creating thread: Fatal error: <cause> (code -32603),
 * data: {…}`.
 */
function unwrapJsonRpc(text: string): UnwrappedText | undefined {
  const sentence = text
    .replace(/^\w+\/\w+: \w+\/\w+ failed: /, "")
    .replace(/^error creating thread: (?:Fatal error: )?/, "")
    .replace(/^Failed to initialize session: /, "")
    .replace(/ \(code -?\d+\)(?:, data: .*)?$/s, "")
    // Rust type names of a transport, in brackets, which do not help a person.
    .replaceAll(/ \[codex_\w+::[^[\]]*\]/g, "");
  return sentence === text ? undefined : { sentence };
}

/**
 * A body in JSON: plain, in a string, in an array, or (from a refused WebSocket upgrade) with its
 * HTTP chunk sizes.
 */
function unwrapJson(text: string): UnwrappedText | undefined {
  const body = /^[0-9a-f]+\r\n(.*)\r\n0$/is.exec(text)?.[1] ?? text;
  if (!/^[[{"]/.test(body)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "string") return { sentence: first };
  const envelope = isJsonObject(first) ? readEnvelope(first) : undefined;
  return envelope && { ...envelope, isBody: true };
}

/**
 * `{error: {message, …}}`, `{error: "…"}`, `{detail: "…"}`, `{detail: [{msg}]}`, `{errors: [{…}]}`,
 * `{message: "…"}`, and the envelopes that gateways add: `{error: {message: {error: "…"}}}`,
 * `{error: {error: {…}}}`, `{error: {message: "Provider returned error", metadata: {raw}}}`.
 */
function readEnvelope(envelope: JsonObject, depth = 0): UnwrappedText | undefined {
  const nested = ["error", "detail", "errors", "message"]
    .map((name) => (Array.isArray(envelope[name]) ? arrayField(envelope, name)[0] : envelope[name]))
    .find((value) => isJsonObject(value));
  const inner = nested === undefined || depth > 4 ? undefined : readEnvelope(nested, depth + 1);
  const sentence =
    upstreamText(envelope) ??
    inner?.sentence ??
    stringField(envelope, "message", "msg", "detail", "error");
  if (sentence === undefined) return undefined;
  const code = stringField(envelope, "code");
  const type = stringField(envelope, "type");
  const status = [envelope["status"], envelope["code"], envelope["status_code"]]
    .map(readHttpStatus)
    .find((value) => value !== undefined);
  const resetsAt = envelope["resets_at"];
  return {
    ...(status !== undefined && { httpStatus: status }),
    ...(code !== undefined && { code }),
    ...(type !== undefined && { type }),
    ...(typeof resetsAt === "number" && { resetsAtSeconds: resetsAt }),
    ...inner,
    sentence: sentence.trim(),
  };
}

/** OpenRouter: the answer of the provider behind it, which is more exact than its own sentence. */
function upstreamText(error: JsonObject): string | undefined {
  const { message, metadata } = error;
  if (message !== "Provider returned error" || !isJsonObject(metadata)) return undefined;
  return stringField(metadata, "raw");
}

/** A number, or, as LiteLLM writes it, a text. */
function readHttpStatus(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && status >= 400 && status < 600 ? status : undefined;
}

/** The text of an HTML page that a proxy sent in place of an answer. */
function unwrapHtml(text: string): UnwrappedText | undefined {
  if (!/^<(?:!doctype|html|head|body)/i.test(text)) return undefined;
  const page = text.slice(0, 20_000);
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(page)?.[1]?.trim();
  const words = page
    .replaceAll(/<(script|style)\b.*?<\/\1>/gis, " ")
    .replaceAll(/<[^<>]*>/g, " ")
    .trim();
  return { sentence: `The service answered with a web page: ${title || words || "an empty one"}` };
}

/** The suffix that Codex appends: `, url: …, cf-ray: …, request id: …`. */
function unwrapRequestDetails(text: string): UnwrappedText | undefined {
  const sentence = text.replace(/, (?:url|request id): \S+(?:, (?:cf-ray|request id): \S+)*$/, "");
  return sentence === text ? undefined : { sentence };
}

/**
 * `… last status: 429 Too Many Requests`, `… (status 403 Forbidden)`, and, from a gateway that quotes its
 * provider, `… - Error code: 429 - {…}`.
 */
function findMentionedStatus(text: string): number | undefined {
  const status = /(?:last status: |\(status |\bError code: )([45]\d{2}) /.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
