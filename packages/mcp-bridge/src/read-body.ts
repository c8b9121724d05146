import type { IncomingMessage } from "node:http";

/** A JSON body, or the status that answers what came instead. */
export type Body =
  | { readonly status: 200; readonly value: unknown }
  | { readonly status: 400 | 413 };

/** Reads a request's body as JSON in strict UTF-8 of sane depth, and stops as soon as it passes the limit. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The iterator would destroy the socket on an early exit, and with it the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) return { status: 413 };
    chunks.push(chunk as Buffer);
  }
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(Buffer.concat(chunks, bytes)));
    return isDeeperThan(maxDepth, value) ? { status: 400 } : { status: 200, value };
  } catch {
    return { status: 400 };
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** What comes after walks values by recursion (schemas, JSON, tools), which a deep one would drive off the stack. */
const maxDepth = 256;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
