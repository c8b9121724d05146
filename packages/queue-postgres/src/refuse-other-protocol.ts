import type { Duplex } from "node:stream";

/**
 * Ends a connection without TLS whose first bytes are no answer to a startup message of Postgres. A server of another
 * protocol may keep the connection open, so that the client would wait for the rest of a message that never comes.
 */
export function refuseOtherProtocol(stream: Duplex): void {
  stream.once("data", (bytes: Buffer) => {
    if (isFirstAnswer(bytes)) return;
    const error = new Error("Its first bytes are no answer of a Postgres.");
    stream.destroy(Object.assign(error, { code: "EPROTO" }));
  });
}

/** The longest first message, in bytes: a request to sign in has some hundred. */
const longest = 65_536;

/**
 * True for the beginning of AuthenticationRequest, NegotiateProtocolVersion, NoticeResponse or ErrorResponse, the only
 * first answers (postgresql.org/docs/current/protocol-flow.html). An error before the protocol is agreed on is bare text
 * behind its `E`.
 */
function isFirstAnswer(bytes: Buffer): boolean {
  const type = String.fromCharCode(bytes[0] ?? 0);
  if (type === "E") return true;
  if (!"RNv".includes(type)) return false;
  if (bytes.length < 5) return true;
  const length = bytes.readUInt32BE(1);
  return length >= 4 && length <= longest;
}
