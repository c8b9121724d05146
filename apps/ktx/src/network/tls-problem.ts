/** The reason why the encryption with a service fails. */
export type TlsProblem = "untrusted" | "expired" | "other-host" | "no-tls" | "silent" | "other";

/** The problem of an error of OpenSSL, and a phrase for it: its own text has addresses and file names. Pure. */
export function readTlsError(error: unknown): {
  readonly problem: TlsProblem;
  readonly detail: string;
} {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const problem = problems[code] ?? (isNoTls.test(code) ? "no-tls" : "other");
  const detail = problem === "other" ? (code === "" ? "no usable answer" : code) : phrases[problem];
  return { problem, detail };
}

/** Codes of Node 24. */
const problems: Readonly<Record<string, Exclude<TlsProblem, "silent" | "other">>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "untrusted",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "other-host",
};

/** An answer in plain HTTP, which OpenSSL cannot read. */
const isNoTls =
  /^(?:EPROTO|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE))$/;

const phrases: Readonly<Record<Exclude<TlsProblem, "other">, string>> = {
  untrusted: "its certificate is not trusted",
  expired: "its certificate is not valid today",
  "other-host": "its certificate is for another host",
  "no-tls": "it does not speak TLS",
  silent: "no answer",
};
