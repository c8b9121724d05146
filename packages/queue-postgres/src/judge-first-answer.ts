/**
 * The kind of a first answer. `partial`: more bytes decide. `postgres`: the client can read it. `unknown sign-in`: a
 * Postgres asks for a way of signing in which the client lacks. `other`: another protocol.
 */
export type FirstAnswer = "partial" | "postgres" | "unknown sign-in" | "other";

/** The longest first message, in bytes: a request to sign in has some hundred. */
const longest = 65_536;

/**
 * Judges the first bytes of a server as far as the client relies on them: its parser reads past the end
 * of a message whose fields have no end. The only first answers are AuthenticationRequest, NegotiateProtocolVersion,
 * NoticeResponse and ErrorResponse (postgresql.org/docs/current/protocol-flow.html). An error before the protocol is
 * agreed on is bare text behind its `E`.
 */
export function judgeFirstAnswer(bytes: Buffer): FirstAnswer {
  const type = String.fromCharCode(bytes[0] ?? 0);
  if (!"ERNv".includes(type)) return "other";
  if (bytes.length < 5) return "partial";
  // Counts itself, and not the type.
  const length = bytes.readUInt32BE(1);
  if (type === "E" && length > longest) return "postgres";
  if (length < 4 || length > longest) return "other";
  if (bytes.length <= length) return "partial";
  const body = bytes.subarray(5, 1 + length);
  if (type === "R") return judgeSignIn(body);
  return type === "v" || areFields(body) ? "postgres" : "other";
}

/** Fields of a letter and a text that ends with a zero byte; one more zero byte ends them. */
function areFields(body: Buffer): boolean {
  let at = 0;
  while (isLetter(body[at])) {
    const end = body.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === body.length - 1 && body[at] === 0;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z]/.test(String.fromCharCode(byte));
}

/** Bytes of the bodies of those sign-ins that the client has, but for SASL, whose names vary. */
const bodyBytes: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [3, 4],
  [5, 8],
]);
const sasl = 10;
/** Kerberos, crypt, SCM, GSSAPI and SSPI. */
const unknownSignIns: readonly number[] = [2, 4, 6, 7, 9];

function judgeSignIn(body: Buffer): FirstAnswer {
  if (body.length < 4) return "other";
  const code = body.readUInt32BE(0);
  if (unknownSignIns.includes(code)) return "unknown sign-in";
  const isWhole = code === sasl ? body.at(-1) === 0 : body.length === bodyBytes.get(code);
  return isWhole ? "postgres" : "other";
}
