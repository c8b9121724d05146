import { hash, timingSafeEqual } from "node:crypto";
import type { RefusalReason } from "./refuse-request.ts";

/** The parts of a request that are known before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent; only the literal path is served. */
  readonly target: string;
  /** Every value of every header, by lower-case name, so that a doubled header is seen. */
  readonly headers: Readonly<Partial<Record<string, readonly string[]>>>;
}

export interface AdmissionRules {
  readonly path: string;
  readonly port: number;
  readonly bearerToken: string;
  readonly maxBodyBytes: number;
}

/** A refusal says how to ask, in the same words to everybody: a stranger learns nothing else. */
export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      readonly reason: RefusalReason;
      readonly headers?: Readonly<Record<string, string>>;
    };

/**
 * Decides whether a request may reach the tools. Pure. Who asks comes first (host, origin, token), so that only
 * the admitted client can tell a wrong path or method from a right one.
 */
export function admitRequest(head: RequestHead, rules: AdmissionRules): Admission {
  const { method, target, headers } = head;
  if (!isLoopbackHost(headers.host)) return refuse("host");
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, rules.port))
    return refuse("host");
  if (!isBearer(headers.authorization, rules.bearerToken))
    return refuse("token", { "WWW-Authenticate": "Bearer" });
  if (target !== rules.path) return refuse("path");
  if (!allowedMethods.includes(method))
    return refuse("method", { Allow: allowedMethods.join(", ") });
  if (method === "POST" && !isPlainJson(headers)) return refuse("type");
  if (method === "POST" && !acceptsBothForms(headers)) return refuse("accept");
  if (Number(headers["content-length"]?.[0] ?? 0) > rules.maxBodyBytes) return refuse("size");
  return { admitted: true };
}

/** No GET: this server sends no message outside of an answer, and the protocol answers that with 405. */
const allowedMethods: readonly string[] = ["POST", "DELETE"];

const loopbackName = String.raw`(?:127\.0\.0\.1|localhost|\[::1\])`;
const loopbackHost = new RegExp(`^${loopbackName}(?::\\d{1,5})?$`, "i");
const loopbackOrigin = new RegExp(`^http://${loopbackName}:(\\d{1,5})$`, "i");

/** A page of another site that resolves its own name to 127.0.0.1 still sends that name as Host. */
function isLoopbackHost(values: readonly string[] | undefined): boolean {
  return values?.length === 1 && loopbackHost.test(values[0] ?? "");
}

function isOwnOrigin(values: readonly string[], port: number): boolean {
  return values.length === 1 && Number(loopbackOrigin.exec(values[0] ?? "")?.[1]) === port;
}

/** Digests are compared, so that neither the content nor the length of the token shows in the time taken. */
function isBearer(values: readonly string[] | undefined, token: string): boolean {
  const given = values?.length === 1 ? /^Bearer ([^\s]+)$/i.exec(values[0] ?? "")?.[1] : undefined;
  return timingSafeEqual(sha256(given ?? ""), sha256(token)) && given !== undefined;
}

function sha256(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

function isPlainJson(headers: RequestHead["headers"]): boolean {
  return (
    /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(
      headers["content-type"]?.[0] ?? "",
    ) && headers["content-encoding"] === undefined
  );
}

/** The protocol wants both, and which of the two an answer takes is the server's choice. */
function acceptsBothForms({ accept }: RequestHead["headers"]): boolean {
  const accepted = accept?.join() ?? "";
  return accepted.includes("application/json") && accepted.includes("text/event-stream");
}

function refuse(reason: RefusalReason, headers?: Record<string, string>): Admission {
  return { admitted: false, reason, ...(headers !== undefined && { headers }) };
}
