import type { Duplex } from "node:stream";
import type { Connection } from "pg";
import { judgeFirstAnswer } from "./judge-first-answer.ts";
import { OtherProtocolError } from "./other-protocol.ts";

/**
 * Holds the first bytes of a server back from the client until they are an answer of a Postgres, in TLS or without it.
 * Others end the connection: the client would wait for the rest of a message that never comes, or read it without end.
 *
 * @throws {TypeError} for a client whose connection begins to read in another way.
 */
export function guardFirstAnswer(connection: Connection): void {
  const attach = "attachListeners" in connection ? connection.attachListeners : undefined;
  if (typeof attach !== "function")
    throw new TypeError("Expected a connection of pg with attachListeners.");
  const attachListeners = (stream: Duplex): void => {
    let held: Buffer = Buffer.alloc(0);
    const take = (bytes: Buffer): void => {
      held = Buffer.concat([held, bytes]);
      const answer = judgeFirstAnswer(held);
      if (answer === "partial") return;
      stream.off("data", take);
      if (answer !== "postgres") {
        stream.destroy(answer === "other" ? new OtherProtocolError() : unknownSignIn());
        return;
      }
      Reflect.apply(attach, connection, [stream]);
      stream.emit("data", held);
    };
    stream.on("data", take);
  };
  Object.assign(connection, { attachListeners });
  if (!hasTls(connection)) return;
  // The client gives one error for each answer that is neither yes nor no.
  connection.stream.once("data", (bytes: Buffer) => {
    const isError = String.fromCharCode(bytes[0] ?? 0) === "E";
    if (isError && judgeFirstAnswer(bytes) !== "other") connection.emit("error", earlyError());
  });
}

function hasTls(connection: Connection): boolean {
  return "ssl" in connection && connection.ssl !== false;
}

/** With the SQLSTATE for a refused sign-in. */
function unknownSignIn(): Error {
  const text = "The server asks for a sign-in by GSSAPI, SSPI or another way that ktx lacks.";
  return Object.assign(new Error(text), { code: "28000" });
}

/** As without TLS, where a server that cannot begin ends the connection behind its text. */
function earlyError(): Error {
  const text = "The server reports an error in place of TLS.";
  return Object.assign(new Error(text), { code: "ECONNRESET" });
}
