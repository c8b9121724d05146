import type { IncomingMessage } from "node:http";

/** A JSON body, or the status that answers any other body. */
export type Body =
  | { readonly status: 200; readonly value: unknown }
  | { readonly status: 400 | 413 };

/** Reads a request's body as JSON in strict UTF-8 of bounded depth, and stops as soon as it passes the limit. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) return { status: 413 };
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(bytes));
    return isDeeperThan(maxDepth, value) ? { status: 400 } : { status: 200, value };
  } catch {
    return { status: 400 };
  }
}

/** By events: an async iterator costs as much as the rest of the reading, and destroys the socket when it stops. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on("end", () => resolve(Buffer.concat(chunks, bytes)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("The client left in the middle of its body.")));
  });
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** Later code walks values by recursion (schemas, JSON, tools), and a deep value would overflow its stack. */
const maxDepth = 256;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
