/** The first bytes of a server are no answer of a Postgres. */
export class OtherProtocolError extends Error {
  override readonly name = "OtherProtocolError";

  constructor() {
    super("Its first bytes are no answer of a Postgres.");
  }
}

/** True for an answer of another protocol, before TLS, in it, or in its place. */
export function isOtherProtocol(error: unknown): boolean {
  return (
    error instanceof OtherProtocolError ||
    (error instanceof Error &&
      (/error establishing an SSL connection|^received invalid response/.test(error.message) ||
        (isTlsFault(error) && isNoTls(error))))
  );
}

/** True where both sides speak TLS and one refuses that of the other: a version, a cipher, a missing certificate. */
export function isTlsRefusal(error: unknown): boolean {
  return error instanceof Error && isTlsFault(error) && !isNoTls(error);
}

/** Node reports one fault of TLS by its own code, or as the failed write of the client, whichever comes first. */
function isTlsFault(error: Error): boolean {
  return (
    "code" in error && typeof error.code === "string" && /^(?:EPROTO$|ERR_SSL_)/.test(error.code)
  );
}

/** OpenSSL's reason where the answer is no record of TLS. */
function isNoTls({ message }: Error): boolean {
  return message.includes("wrong version number");
}
