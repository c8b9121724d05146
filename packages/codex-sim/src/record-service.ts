import { appendFileSync, writeFileSync } from "node:fs";
import type { RecordedExchange } from "./recorded-script.ts";
import { refuse, type SimReply } from "./sim-reply.ts";

export interface RecordServiceOptions {
  /** The address that Codex has for the service, such as `https://host/v1`. */
  readonly upstream: string;
  /** Gets one line for each answer. It is replaced; only its owner may read it. */
  readonly file: string;
  /** @default `fetch` */
  readonly send?: typeof fetch;
}

/** A request as it came, with its credentials. */
export interface ForwardedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Headers of an answer that tell a client something. */
const keptHeaders = /^(?:content-type|retry-after|openai-model|x-codex-|x-ratelimit-)/;
/** Headers that belong to the connection with the stand-in. */
const droppedHeaders =
  /^(?:host|connection|content-length|accept-encoding|keep-alive|transfer-encoding|expect)$/;

/**
 * Passes requests on to a real service and writes its answers to a file that `recordedScript` reads. The file has no
 * request and no credentials; an answer may repeat a part of the prompt.
 *
 * @throws a system error of Node where the file cannot be written.
 */
export function recordService({
  upstream,
  file,
  send = fetch,
}: RecordServiceOptions): (request: ForwardedRequest) => Promise<SimReply> {
  writeFileSync(file, "", { mode: 0o600 });
  const base = upstream.replace(/\/+$/, "");
  return async ({ path, headers, body }) => {
    const forwarded = Object.entries(headers).filter(([name]) => !droppedHeaders.test(name));
    try {
      const answer = await send(`${base}${path.replace(/^\/v1/, "")}`, {
        method: "POST",
        headers: Object.fromEntries(forwarded),
        body,
      });
      const exchange: RecordedExchange = {
        status: answer.status,
        headers: Object.fromEntries([...answer.headers].filter(([name]) => keptHeaders.test(name))),
        body: await answer.text(),
      };
      appendFileSync(file, `${JSON.stringify(exchange)}\n`);
      return { type: "http", ...exchange };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refuse(502, {
        error: { message: `codex-sim: the service cannot be reached: ${reason}` },
      });
    }
  };
}
