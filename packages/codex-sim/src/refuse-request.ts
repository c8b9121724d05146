import { refuse, type SimReply } from "./sim-reply.ts";
import type { SimRequest } from "./sim-request.ts";

/**
 * What the service itself refuses, whatever the model would say. Runs before the script, and uses
 * up none of its replies.
 */
export function refuseRequest(request: SimRequest): SimReply | undefined {
  if (request.undecoded !== undefined)
    return invalid(`The body cannot be read: ${request.undecoded}`);
  if (typeof request.body === "string") return invalid("The body is not valid JSON");
  if (request.model === undefined) return invalid("The body has no 'model'");
  return undefined;
}

function invalid(message: string): SimReply {
  return refuse(400, { error: { type: "invalid_request_error", message: `${message}.` } });
}
