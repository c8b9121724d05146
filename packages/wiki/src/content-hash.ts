import { createHash } from "node:crypto";

/** SHA-256 as 64 hexadecimal digits. A text is hashed as UTF-8. */
export function contentHash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
