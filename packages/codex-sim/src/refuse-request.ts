import { isRecord } from "./is-record.ts";
import { refuse, type SimReply } from "./sim-reply.ts";
import type { SimRequest } from "./sim-request.ts";
import { findStrictSchemaProblem } from "./strict-schema.ts";
import { strictSchemaRefusal } from "./strict-schema-problem.ts";

/**
 * The requests that the service itself refuses, whatever the model would answer. Runs before the script, and uses
 * none of its replies.
 */
export function refuseRequest(request: SimRequest): SimReply | undefined {
  if (request.undecoded !== undefined)
    return invalid(`The body cannot be read: ${request.undecoded}`);
  if (!isRecord(request.body)) return invalid("The body is not a JSON object");
  if (request.model === undefined) return invalid("The body has no 'model'");
  const text = request.body["text"];
  const format = isRecord(text) ? text["format"] : undefined;
  if (!isRecord(format) || format["strict"] !== true) return undefined;
  const problem = findStrictSchemaProblem(format["schema"]);
  return problem && refuse(400, strictSchemaRefusal(problem));
}

function invalid(message: string): SimReply {
  return refuse(400, { error: { type: "invalid_request_error", message: `${message}.` } });
}
