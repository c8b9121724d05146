import type { ServerResponse } from "node:http";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { type InvalidMessage, printInvalid } from "./invalid-message.ts";

/** The reason of a refusal; its status and its text follow from it. */
export type RefusalReason =
  | "token"
  | "host"
  | "path"
  | "session"
  | "no-session"
  | "version"
  | "id-in-use"
  | "method"
  | "accept"
  | "size"
  | "type"
  | "rate"
  | "failure";

/** The texts are the same for everybody: a stranger learns of them how to ask, and nothing about the tools. */
const refusals: Readonly<Record<RefusalReason, readonly [status: number, message: string]>> = {
  token: [
    401,
    "Expected the token of this server in the header `Authorization: Bearer <token>`. Take it from where the server was started.",
  ],
  host: [
    403,
    "Expected a request to 127.0.0.1 or localhost, and none from a page of another site. Use the address that the server has printed.",
  ],
  path: [404, "Expected the path /mcp. Use the address that the server has printed."],
  session: [
    404,
    "There is no such session: it has ended, or is one of another server. Begin a new one with initialize.",
  ],
  "no-session": [
    400,
    "Expected the header Mcp-Session-Id. Begin a session with initialize, with protocolVersion, capabilities and clientInfo, and send the header of its answer.",
  ],
  version: [
    400,
    `Expected the header Mcp-Protocol-Version to be one of ${SUPPORTED_PROTOCOL_VERSIONS.join(", ")}.`,
  ],
  "id-in-use": [
    400,
    "Expected an id that no other request of this session has, which waits for its answer.",
  ],
  method: [405, "Expected POST or DELETE: this server sends no message outside of an answer."],
  accept: [406, "Expected the header `Accept: application/json, text/event-stream`."],
  size: [413, "Expected a smaller body. Send less in one message."],
  type: [
    415,
    "Expected a body of JSON in UTF-8, with the header `Content-Type: application/json` and without Content-Encoding.",
  ],
  rate: [429, "Expected fewer requests a second. Try again in a second."],
  failure: [500, "The server failed. Try again."],
};

export interface RefuseOptions {
  /** The id of the request, where it has been read. @default null */
  readonly id?: InvalidMessage["id"] | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** True to end the connection with the refusal. @default false */
  readonly closes?: boolean;
}

/** Answers a request with an error of JSON-RPC, whose code is that of an implementation's own errors. */
export function refuseRequest(
  response: ServerResponse,
  reason: RefusalReason,
  options: RefuseOptions = {},
): void {
  const [status, message] = refusals[reason];
  const { id = null } = options;
  end(response, status, printInvalid({ id, code: -32_000, message }), options);
}

/** Answers a body that is no message. */
export function refuseMessage(
  response: ServerResponse,
  invalid: InvalidMessage,
  options: RefuseOptions = {},
): void {
  end(response, 400, printInvalid(invalid), options);
}

function end(
  response: ServerResponse,
  status: number,
  json: string,
  { headers = {}, closes = false }: RefuseOptions,
): void {
  response
    .writeHead(status, {
      ...headers,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(json),
      ...(closes && { Connection: "close" }),
    })
    .end(json);
}
