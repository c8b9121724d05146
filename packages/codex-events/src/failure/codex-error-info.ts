import { isJsonObject, stringField, type JsonObject } from "../json-object.ts";
import type { LegibleKind } from "./failure-rules.ts";

/** Codex's own error code: `codexErrorInfo` of the app-server (0.163.0). */
export interface CodexErrorInfo {
  /** `usageLimitExceeded`, `httpConnectionFailed`, …, or the name that a newer Codex gives. */
  readonly type: string;
  /** The status of the service's response, where Codex had one. */
  readonly httpStatus?: number;
}

/**
 * Reads `"usageLimitExceeded"`, `{ httpConnectionFailed: { httpStatusCode: 401 } }`, or the return value of this
 * function. `undefined` for anything else. Never throws.
 */
export function parseCodexErrorInfo(value: unknown): CodexErrorInfo | undefined {
  if (typeof value === "string") return value === "" ? undefined : { type: value };
  if (!isJsonObject(value)) return undefined;
  const type = stringField(value, "type");
  if (type !== undefined) return build(type, value["httpStatus"]);
  const [variant, ...others] = Object.entries(value);
  if (variant === undefined || others.length > 0) return undefined;
  const [name, fields] = variant;
  const { httpStatusCode }: JsonObject = isJsonObject(fields) ? fields : {};
  return build(name, httpStatusCode);
}

function build(type: string, httpStatus: unknown): CodexErrorInfo {
  return { type, ...(typeof httpStatus === "number" && { httpStatus }) };
}

/** Codex names the cause, which is more exact than any text. */
export const kindsByCause: ReadonlyMap<string, LegibleKind> = new Map([
  ["contextWindowExceeded", "context-length"],
  ["usageLimitExceeded", "usage-limit"],
  ["rateLimitExceeded", "rate-limit"],
  ["serverOverloaded", "server"],
  ["flexUnavailable", "server"],
  ["internalServerError", "server"],
  ["cyberPolicy", "content-policy"],
  ["misalignmentPolicyViolation", "content-policy"],
  ["unauthorized", "auth"],
  ["sandboxError", "codex-config"],
  // A budget of tokens that the configuration sets.
  ["sessionBudgetExceeded", "codex-config"],
  ["activeTurnNotSteerable", "invalid-request"],
  ["threadRollbackFailed", "invalid-request"],
]);

/**
 * Codex names the place of the failure. The service's own message and status are more exact: a connection also
 * "fails" with the status 404. A code in neither table (`other`) decides nothing.
 */
export const kindsByPlace: ReadonlyMap<string, LegibleKind> = new Map([
  ["httpConnectionFailed", "network"],
  ["responseStreamConnectionFailed", "network"],
  ["responseStreamDisconnected", "stream-disconnected"],
  ["responseTooManyFailedAttempts", "server"],
  ["badRequest", "invalid-request"],
]);
