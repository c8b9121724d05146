import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type AdmissionRules, admitRequest } from "./admit-request.ts";
import type { McpSessions } from "./mcp-sessions.ts";
import { readBody } from "./read-body.ts";
import { takeToken, type TokenBucket } from "./take-token.ts";

export interface RequestDesk {
  readonly rules: AdmissionRules;
  readonly requestsPerSecond: number;
  readonly sessions: McpSessions;
  /** Called with the connection of every admitted request. */
  readonly onAdmitted: (socket: Socket) => void;
}

/** Makes the listener that admits a request, reads its body and hands it to its session. Never rejects. */
export function createRequestListener(
  desk: RequestDesk,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { rules, requestsPerSecond, sessions, onAdmitted } = desk;
  let bucket: TokenBucket | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: target = "", headersDistinct: headers } = request;
    const admission = admitRequest({ method, target, headers }, rules);
    if (!admission.admitted) return refuse(response, admission.status, admission.headers);
    onAdmitted(request.socket);
    const rate = takeToken(bucket, requestsPerSecond, performance.now());
    bucket = rate.bucket;
    if (!rate.taken) return refuse(response, 429, { "Retry-After": "1" });
    if (method === "DELETE") return sessions.delete(request, response);
    const body = await readBody(request, rules.maxBodyBytes);
    if (body.status !== 200) return refuse(response, body.status);
    return sessions.post(request, response, body.value);
  }

  return async (request, response) => {
    try {
      await answer(request, response);
    } catch {
      // The client left in the middle of its body, or the SDK failed: nobody is there to read an answer.
      if (response.headersSent) response.destroy();
      else refuse(response, 500);
    }
  };
}

/** The connection ends with the refusal, so that a flood of refused requests costs its sender the most. */
function refuse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...headers, "Content-Length": 0, Connection: "close" }).end();
}
