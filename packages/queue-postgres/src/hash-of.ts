import { createHash } from "node:crypto";

/** The SHA-256 by which a name, or bytes, are found. */
export function hashOf(content: string | Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}
