import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Wiki } from "@ktx/wiki";
import { escapeHtml } from "./html.ts";
import { admitVisit } from "./admit-visit.ts";
import { type Answer, answerVisit, type Site } from "./answer-visit.ts";
import { script } from "./assets/script.ts";
import { style } from "./assets/style.ts";
import type { Reviews } from "./reviews.ts";

export interface WikiServerOptions {
  /** The server does not dispose it. */
  readonly wiki: Wiki;
  /** The title of the wiki. */
  readonly title: string;
  /** The review queue. @default none is shown */
  readonly reviews?: Reviews | undefined;
  /** A port of 127.0.0.1. @default a free one */
  readonly port?: number | undefined;
  /** Receives the error of a request that failed; its reader gets a sentence. */
  readonly onError: (error: unknown) => void;
  /** Closes the server. */
  readonly signal?: AbortSignal | undefined;
}

/** A running server. Disposing it ends all requests. */
export interface WikiServer extends AsyncDisposable {
  /** The address with the token, for one reader. It is a secret. */
  readonly url: string;
  readonly port: number;
}

/**
 * Serves a wiki as pages at 127.0.0.1 to the browser that has the token.
 *
 * @throws the error of the port, such as `EADDRINUSE`; the signal's reason.
 */
export async function startWikiServer(options: WikiServerOptions): Promise<WikiServer> {
  const { signal, port = 0, onError, ...site } = options;
  signal?.throwIfAborted();
  const token = randomBytes(24).toString("base64url");
  const ended = new AbortController();
  const server = createServer((request, response) => {
    void respond(site, { token, port: portOf() }, request, response, ended.signal).catch(
      (error: unknown) => {
        if (ended.signal.aborted || response.destroyed) return;
        onError(error);
        send(response, 500, "text/html", failed);
      },
    );
  });
  const portOf = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  server.listen({ host: "127.0.0.1", port });
  await once(server, "listening", signal && { signal }).catch((error: unknown) => {
    server.close();
    throw signal?.aborted === true ? signal.reason : error;
  });
  let closing: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    if (closing === undefined) {
      ended.abort(new Error("The server has ended."));
      closing = once(server, "close");
      server.close();
      server.closeAllConnections();
    }
    await closing;
  };
  signal?.addEventListener("abort", () => void close(), { once: true });
  return {
    url: `http://127.0.0.1:${portOf()}/?token=${token}`,
    port: portOf(),
    [Symbol.asyncDispose]: close,
  };
}

async function respond(
  site: Site,
  rules: { readonly token: string; readonly port: number },
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { method = "", url: target = "", headers } = request;
  const { host, origin, cookie } = headers;
  const admission = admitVisit({ method, target, host, origin, cookie }, rules);
  switch (admission.outcome) {
    case "refused":
      send(response, admission.status, "text/plain", `${admission.message}\n`);
      return;
    case "welcome":
      response.setHeader("set-cookie", admission.cookie);
      response.setHeader("location", admission.location);
      send(response, 303, "text/plain", "");
      return;
    case "admitted": {
      const { url } = admission;
      const asset = assets.get(url.pathname);
      if (asset !== undefined) {
        send(response, 200, asset.type, asset.text);
        return;
      }
      const form = method === "POST" ? await readForm(request) : new URLSearchParams();
      if (form === undefined) {
        send(response, 413, "text/plain", "Expected a form of at most 10,000 bytes.\n");
        return;
      }
      const answer: Answer = await answerVisit(site, { method, url, form, signal });
      if (answer.location !== undefined) response.setHeader("location", answer.location);
      send(response, answer.status, "text/html", answer.markup);
      return;
    }
    default:
      admission satisfies never;
  }
}

const assets: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ["/style.css", { type: "text/css", text: style }],
  ["/script.js", { type: "text/javascript", text: script }],
]);

const failed = `<!doctype html><title>Failed</title><p>${escapeHtml(
  "This page cannot be shown; the terminal of ktx wiki serve says why.",
)}</p>`;

/** Nothing but what this server sends may run or be loaded, also where a page tries to. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response
    .writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
    })
    .end(response.req.method === "HEAD" ? undefined : body);
}

/** @returns undefined for a longer one. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > 10_000) return undefined;
  }
  return new URLSearchParams(text);
}
