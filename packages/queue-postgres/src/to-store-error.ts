import { StoreError, type StoreErrorKind } from "@ktx/batch";
import { isOtherProtocol, isTlsRefusal } from "./other-protocol.ts";

/**
 * The error of a database, or of the way to it, as one of a store; other errors as they are. The codes are SQLSTATEs
 * (postgresql.org/docs/current/errcodes-appendix.html) and Node's names of system errors.
 *
 * @param place Names the database without its password.
 * @param wasReached True once there was a connection to the database.
 */
export function toStoreError(error: unknown, place: string, wasReached: boolean): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const isForeign = !wasReached && isHangUp(error);
  const [kind, sentence] = (isForeign ? foreign : meaningOf(error)) ?? [];
  if (kind === undefined || sentence === undefined) return error;
  return new StoreError(kind, `${sentence(place)} (${reasonOf(error)})`, { cause: error });
}

/** True where the same statement may succeed on another connection, or a moment later. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return (
    isConflict(error) ||
    isOtherProtocol(error) ||
    isTlsRefusal(error) ||
    (code === undefined ? isCut(error) : isUnreachable(code))
  );
}

/** True where the database has undone the statement because of another one. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && ["40P01", "40001"].includes(codeOf(error) ?? "");
}

/** The error of a transaction whose rows were removed meanwhile; it is tried again. */
export function removedMeanwhile(): Error {
  return Object.assign(new Error("A clean-up removed rows meanwhile."), { code: "40001" });
}

type Meaning = readonly [StoreErrorKind, (place: string) => string];

function meaningOf(error: Error): Meaning | undefined {
  const code = codeOf(error);
  if (isOtherProtocol(error)) return otherProtocol;
  if (isTlsRefusal(error)) return withoutAgreement;
  if (code === undefined)
    return isCut(error)
      ? unreachable
      : clientMeanings.find(([text]) => text.test(error.message))?.[1];
  if (error.message.endsWith(", no encryption")) return withoutTls;
  if (isUnknownHost(error)) return unknownHost;
  if (code === "ENOENT" || code === "EACCES") return isConnect(error) ? unreachable : unreadable;
  // In the language of another server, the sentence names both rights.
  if (code === "42501" && /\b(?:table|schema) /.test(error.message)) return withoutTables;
  return meanings[code] ?? (isUnreachable(code) || isConflict(error) ? unreachable : other(code));
}

const unreachable: Meaning = [
  "busy",
  (place) =>
    `The database ${place} cannot be reached. Check that it runs, and its address. What was recorded is kept.`,
];
const unknownHost: Meaning = [
  "busy",
  (place) =>
    `The database ${place} cannot be reached. Check the host name: no address is known for it. What was recorded is kept.`,
];
/** Before the first answer of a Postgres. */
const foreign: Meaning = [
  "busy",
  (place) =>
    `The database ${place} cannot be reached. Something that ends the connection answers there, which may be no Postgres: check the host and the port.`,
];
const otherProtocol: Meaning = [
  "busy",
  (place) =>
    `The database ${place} cannot be reached. A server answers there that is no Postgres: check the host and the port.`,
];
const full: Meaning = [
  "full",
  (place) =>
    `The database ${place} has no room left. Free some space there. What was recorded is kept.`,
];
const refused: Meaning = [
  "broken",
  (place) =>
    `The database ${place} refused the sign-in. Check the user and the password in its URL, and the rules for this address in its pg_hba.conf.`,
];
const unprivileged: Meaning = [
  "broken",
  (place) =>
    `The user of the database ${place} lacks a right. Let its owner run \`GRANT CREATE ON DATABASE\` for this user, or let an owner open the store once and grant its schema and tables.`,
];
const withoutTables: Meaning = [
  "broken",
  (place) =>
    `The user of the database ${place} lacks a right on the store's schema or tables. Let the store's owner run, for this user, \`GRANT USAGE ON SCHEMA\` and \`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA\`.`,
];

const withoutTls: Meaning = [
  "broken",
  (place) =>
    `The database ${place} takes no connection without TLS. Add ?sslmode=verify-full to its URL, and &sslrootcert=FILE where its certificate has an authority of its own.`,
];
const untrusted: Meaning = [
  "broken",
  (place) =>
    `The certificate of the database ${place} is not trusted for this name. Add &sslrootcert=FILE with its authority to the URL, or correct the host.`,
];
const withoutAgreement: Meaning = [
  "broken",
  (place) =>
    `The database ${place} agrees on no TLS. Check the host and the port, and which TLS it asks of a client.`,
];
const unreadable: Meaning = [
  "broken",
  (place) =>
    `A file that the URL of the database ${place} names cannot be read. Correct its path, or its permissions.`,
];
const otherTables: Meaning = [
  "broken",
  (place) =>
    `A table of the store in ${place} is missing, or is not what this version of ktx made. Update ktx, restore a copy, or use another database.`,
];

/** Errors of the client (pg) that have no code. */
const clientMeanings: readonly (readonly [RegExp, Meaning])[] = [
  [
    /client password must be a (?:non-empty )?string/,
    [
      "broken",
      (place) =>
        `The database ${place} asks for a password, and its URL has none. Add it: postgres://user:<password>@host:5432/name.`,
    ],
  ],
  [
    /server does not support SSL/,
    [
      "broken",
      (place) =>
        `The database ${place} has no TLS, and its URL asks for it. Turn TLS on there, or take sslmode out of the URL where the network is yours.`,
    ],
  ],
];

const meanings: Readonly<Record<string, Meaning>> = {
  "28P01": refused,
  "28000": refused,
  "3D000": [
    "broken",
    (place) => `There is no database ${place}. Create it, or correct the name in the URL.`,
  ],
  "42501": unprivileged,
  "53100": full,
  "25006": [
    "read-only",
    (place) =>
      `The database ${place} takes no writes, as a replica does. Use the address of the primary.`,
  ],
  "42P01": otherTables,
  "42703": otherTables,
  "42883": otherTables,
  "3F000": otherTables,
};

/** A certificate that Node refuses; every other SQLSTATE of a database that is not usable as it is: corrupt data, a failed disk. */
function other(code: string): Meaning | undefined {
  if (/^(?:ERR_TLS_|CERT_|UNABLE_TO_|(?:DEPTH_ZERO_)?SELF_SIGNED_)/.test(code)) return untrusted;
  if (!/^(?:XX|58)/.test(code)) return undefined;
  return [
    "broken",
    (place) => `The database ${place} reports damage. Ask its owner, or restore a copy.`,
  ];
}

/** Class 08: connection exceptions; 57P: shutdown and start; 53200 and 53300: no memory, too many connections. */
function isUnreachable(code: string): boolean {
  return /^(?:08|57P0[1-5]|53[23]00|55P03|57014)/.test(code) || systemErrors.has(code);
}

function isConnect(error: Error): boolean {
  return "syscall" in error && error.syscall === "connect";
}

/** True for a host whose name nobody knows: probably a mistake where it was never reached. */
export function isUnknownHost(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === "ENOTFOUND";
}

/** True where the network, or the machine there, refuses a connection: nothing listens at the address. */
export function isRefusedConnection(error: unknown): boolean {
  // A host with several addresses refuses where each of them does.
  if (error instanceof AggregateError) return error.errors.every(isRefusedConnection);
  return (
    error instanceof Error &&
    isConnect(error) &&
    ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"].includes(codeOf(error) ?? "")
  );
}

const systemErrors: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** The client's own errors have no code. */
function isCut(error: Error): boolean {
  return /^Connection terminated|^Query read timeout|^timeout exc?eeded|^Client (?:was closed|has encountered a connection error)/i.test(
    error.message,
  );
}

/** True for a connection that the other side has ended, rather than one that nobody answers. */
export function isHangUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    (codeOf(error) === "ECONNRESET" || error.message === "Connection terminated unexpectedly")
  );
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Several addresses of one host give an error without a message. */
function reasonOf(error: Error): string {
  if (error.message !== "") return `Postgres: ${error.message}`;
  return error instanceof AggregateError
    ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join("; ")
    : (codeOf(error) ?? "no reason given");
}
