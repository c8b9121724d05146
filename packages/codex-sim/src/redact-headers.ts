import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const secretHeaders = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "x-api-key",
  "api-key",
]);

/**
 * Headers that are safe to keep and to print. A credential becomes its scheme and a fingerprint,
 * `Bearer …(sha256:9f86d081)`: enough to see that it was sent, and whether two are the same.
 */
export function redactHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const text = typeof value === "string" ? value : value.join(", ");
      return [[name, secretHeaders.has(name) ? redact(text) : text]];
    }),
  );
}

/** The fingerprint that a redacted header shows for this credential (without its scheme). */
export function fingerprint(credential: string): string {
  return `sha256:${createHash("sha256").update(credential).digest("hex").slice(0, 8)}`;
}

function redact(value: string): string {
  const [, scheme = "", credential = value] = /^(\w+ )\s*(.*)$/s.exec(value) ?? [];
  return `${scheme}…(${fingerprint(credential)})`;
}
