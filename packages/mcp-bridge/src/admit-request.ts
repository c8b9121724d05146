import { hash, timingSafeEqual } from "node:crypto";

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

/** A refusal is a status and headers, never a body: a stranger learns nothing else. */
export type Admission =
  | { readonly admitted: true }
  | {
      readonly admitted: false;
      readonly status: 401 | 403 | 404 | 405 | 406 | 413 | 415;
      readonly headers?: Readonly<Record<string, string>>;
    };

/**
 * Decides whether a request may reach the tools. Pure. Who asks comes first (host, origin, token), so that only
 * the admitted client can tell a wrong path or method from a right one.
 */
export function admitRequest(head: RequestHead, rules: AdmissionRules): Admission {
  const { method, target, headers } = head;
  if (!isLoopbackHost(headers.host)) return refuse(403);
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, rules.port)) return refuse(403);
  if (!isBearer(headers.authorization, rules.bearerToken))
    return refuse(401, { "WWW-Authenticate": "Bearer" });
  if (target !== rules.path) return refuse(404);
  if (!allowedMethods.includes(method)) return refuse(405, { Allow: allowedMethods.join(", ") });
  if (method === "POST" && !isPlainJson(headers)) return refuse(415);
  if (method === "POST" && !acceptsBothForms(headers)) return refuse(406);
  if (Number(headers["content-length"]?.[0] ?? 0) > rules.maxBodyBytes) return refuse(413);
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

function refuse(
  status: 401 | 403 | 404 | 405 | 406 | 413 | 415,
  headers?: Record<string, string>,
): Admission {
  return { admitted: false, status, ...(headers !== undefined && { headers }) };
}
