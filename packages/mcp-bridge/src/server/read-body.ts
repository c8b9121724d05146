import type { IncomingMessage } from "node:http";
import { notJson, readMessage, type ReadMessage } from "./invalid-message.ts";

/** Reads a request's body as one message in strict UTF-8 of bounded depth. Undefined as soon as it passes the limit. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<ReadMessage | undefined> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) return undefined;
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return { invalid: notJson };
  }
  return readMessage(text);
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
