import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import type { LlmRuntime, LlmThread } from "@ktx/codex-runtime";

export interface ChatServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves the page, and one conversation for each page that is open, on loopback. */
export async function startChatServer(runtime: LlmRuntime<"default">): Promise<ChatServer> {
  const threads = new Map<string, LlmThread>();
  const threadOf = (page: string): LlmThread => {
    const thread =
      threads.get(page) ?? runtime.openThread({ role: "default", system: "Be short." });
    threads.set(page, thread);
    return thread;
  };
  const server = createServer((request, response) => {
    answer(request, response, threadOf).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error instanceof Error ? error.message : "The answer failed.");
    });
  });
  server.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Expected a port.");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      for (const thread of threads.values()) await thread[Symbol.asyncDispose]();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  threadOf: (page: string) => LlmThread,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  if (request.method === "GET" && pathname === "/") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(await readFile(new URL("page.html", import.meta.url)));
    return;
  }
  // A browser sends `sec-fetch-site` with every request: other sites must not spend your plan.
  const fromHere = (request.headers["sec-fetch-site"] ?? "same-origin") === "same-origin";
  if (request.method !== "POST" || pathname !== "/chat" || !fromHere) {
    response.writeHead(404).end();
    return;
  }
  const left = new AbortController();
  response.on("close", () => left.abort());
  response.setHeader("content-type", "text/plain; charset=utf-8");
  const stream = threadOf(searchParams.get("page") ?? "").streamText({
    prompt: await readText(request),
    abortSignal: left.signal,
  });
  for await (const piece of stream.textStream) response.write(piece);
  response.end();
}
