import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { decodeBody } from "./decode-body.ts";
import { answerOtherRequest, isModelRequest, type OtherRequest } from "./other-request.ts";
import { answerControl } from "./answer-control.ts";
import { FaultMode, faultyReply, type SimFault, type SimFaults } from "./faults.ts";
import type { ForwardedRequest } from "./record-service.ts";
import { type JournalEntry, journalEntry } from "./journal.ts";
import { redactHeaders } from "./redact-headers.ts";
import { refuseRequest } from "./refuse-request.ts";
import { createReplier, type SimScript } from "./script.ts";
import { placeToolCalls } from "./place-tool-calls.ts";
import { sendReply } from "./send-reply.ts";
import type { SimReply } from "./sim-reply.ts";
import { parseSimRequest, type SimRequest } from "./sim-request.ts";

export interface CodexSimOptions {
  /** The replies of the stand-in model. */
  readonly script: SimScript;
  /** Gives the answers instead of the script, such as `recordService`. @default the script does */
  readonly forward?: (request: ForwardedRequest) => Promise<SimReply>;
  /** Faults from the beginning; `setFaults` switches them later. @default none */
  readonly faults?: SimFaults;
  /** The port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /**
   * Answers the requests that are not for the model: the list of models, a token refresh, an attempt to
   * open a WebSocket. `undefined` leaves the request to the default.
   *
   * @default an empty list for GET, 426 for a WebSocket, 404 for the rest
   */
  readonly answerOther?: (request: OtherRequest, body: string) => SimReply | undefined;
  /** Closes the service. */
  readonly signal?: AbortSignal;
}

/** A running stand-in service. */
export interface CodexSim extends AsyncDisposable {
  /** The value for `model_providers.<id>.base_url`: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  /** Every model request so far, also refused ones. */
  readonly requests: readonly SimRequest[];
  /** Every other request so far. */
  readonly otherRequests: readonly OtherRequest[];
  /** Every model request with its reply. */
  readonly journal: readonly JournalEntry[];
  /** Switches the faults of the requests from now on; undefined for none. */
  setFaults(plan: SimFaults | undefined): void;
  /** Ends open connections at once. May be called more than once. */
  close(): Promise<void>;
}

const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Starts a stand-in for the Responses service on a free port of 127.0.0.1, for the real Codex binary
 * to talk to: a custom `model_providers` entry with this `base_url`, `wire_api = "responses"` and
 * `supports_websockets = false`.
 */
export async function startCodexSim(options: CodexSimOptions): Promise<CodexSim> {
  options.signal?.throwIfAborted();
  const requests: SimRequest[] = [];
  const otherRequests: OtherRequest[] = [];
  const replyTo = createReplier(options.script);
  const journal: JournalEntry[] = [];
  const faults = new FaultMode();
  faults.set(options.faults);
  const setFaults = (plan: SimFaults | undefined): void => faults.set(plan);

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(400).end(`codex-sim: ${String(error)}`);
    });
  });
  // Idle connections stay until `close`: a timeout would race with the client's next request.
  server.keepAliveTimeout = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new AbortController();
    response.once("close", () => closed.abort());
    const { method = "", url: path = "" } = request;
    const headers = redactHeaders(request.headers);
    const body = await readBody(request, maxBodyBytes);

    const control = { method, path, headers, body: body.toString("utf8") };
    const controlled = answerControl(control, { journal, setFaults });
    if (controlled !== undefined) {
      const nothing = { responseNumber: 0, model: "", closed: closed.signal };
      return sendReply(response, controlled, nothing);
    }
    if (!isModelRequest(method, path)) {
      const other: OtherRequest = { method, path, headers, bytes: body.byteLength };
      otherRequests.push(other);
      const answer = options.answerOther?.(other, body.toString("utf8"));
      await sendReply(response, answer ?? answerOtherRequest(other), {
        responseNumber: 0,
        model: "",
        closed: closed.signal,
      });
      return;
    }
    const decoded = decodeBody(body, request.headers["content-encoding"], maxBodyBytes);
    const head = { index: requests.length, method, path, headers };
    const modelRequest = parseSimRequest(head, decoded, body.byteLength);
    requests.push(modelRequest);
    const fault = faults.next(modelRequest.index);
    const reply = await findReply(modelRequest, fault, {
      path,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body,
    });
    journal.push(journalEntry(modelRequest, reply, fault));
    await sendReply(response, reply, {
      responseNumber: modelRequest.index + 1,
      model: modelRequest.model ?? "",
      closed: closed.signal,
    });
  }

  /** A fault that needs no reply takes none of the script, so that a repeated request finds it. */
  async function findReply(
    request: SimRequest,
    fault: SimFault | undefined,
    forwarded: ForwardedRequest,
  ): Promise<SimReply> {
    const refused = options.forward === undefined ? refuseRequest(request) : undefined;
    if (refused !== undefined) return refused;
    if (fault !== undefined && fault.kind !== "latency" && fault.kind !== "cut")
      return faultyReply(fault, { type: "drop-connection" });
    const reply =
      options.forward === undefined
        ? placeToolCalls(await replyTo(request), request)
        : await options.forward(forwarded);
    return fault === undefined ? reply : faultyReply(fault, reply);
  }

  const port = await listen(server, options.port ?? 0);
  let closing: Promise<void> | undefined;
  const onAbort = () => void close();
  const close = (): Promise<void> => {
    options.signal?.removeEventListener("abort", onAbort);
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closing;
  };
  options.signal?.addEventListener("abort", onAbort, { once: true });
  if (options.signal?.aborted === true) {
    await close();
    options.signal.throwIfAborted();
  }
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    otherRequests,
    journal,
    setFaults,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`the request body is over ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string")
        reject(new Error("codex-sim: expected a TCP address to listen on"));
      else resolve(address.port);
    });
  });
}
