import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type AdmissionRules, admitRequest } from "./admit-request.ts";
import type { McpSessions } from "./mcp-sessions.ts";
import { readBody } from "./read-body.ts";
import { refuseMessage, refuseRequest } from "./refuse-request.ts";
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
    if (!admission.admitted) {
      const { reason, headers: sent } = admission;
      return refuseRequest(response, reason, { ...(sent && { headers: sent }), closes });
    }
    onAdmitted(request.socket);
    const rate = takeToken(bucket, requestsPerSecond, performance.now());
    bucket = rate.bucket;
    if (!rate.taken)
      return refuseRequest(response, "rate", { headers: { "Retry-After": "1" }, closes });
    if (method === "DELETE") return sessions.delete(request, response);
    const body = await readBody(request, rules.maxBodyBytes);
    if (body === undefined) return refuseRequest(response, "size", { closes });
    if ("invalid" in body) return refuseMessage(response, body.invalid, { closes });
    return sessions.post(request, response, body.message);
  }

  return async (request, response) => {
    try {
      await answer(request, response);
    } catch {
      // The client left in the middle of its body, or the SDK failed: nobody is there to read an answer.
      if (response.headersSent) response.destroy();
      else refuseRequest(response, "failure", { closes });
    }
  };
}

/** The connection ends with the refusal, so that a flood of refused requests costs its sender the most. */
const closes = true;
