import { StoreError, type StoreErrorKind } from "@ktx/batch";

/**
 * The error of a database, or of the way to it, as one of a store; other errors as they are. The codes are SQLSTATEs
 * (postgresql.org/docs/current/errcodes-appendix.html) and Node's names of system errors.
 *
 * @param place Names the database without its password.
 */
export function toStoreError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const [kind, sentence] = meaningOf(error) ?? [];
  if (kind === undefined || sentence === undefined) return error;
  return new StoreError(kind, `${sentence(place)} (${reasonOf(error)})`, { cause: error });
}

/** True where the same statement may succeed on another connection, or a moment later. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return isConflict(error) || (code === undefined ? isCut(error) : isUnreachable(code));
}

/** True where the database has undone the statement because of another one. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && ["40P01", "40001"].includes(codeOf(error) ?? "");
}

type Meaning = readonly [StoreErrorKind, (place: string) => string];

function meaningOf(error: Error): Meaning | undefined {
  const code = codeOf(error);
  if (code === undefined) return isCut(error) ? unreachable : undefined;
  return meanings[code] ?? (isUnreachable(code) || isConflict(error) ? unreachable : other(code));
}

const unreachable: Meaning = [
  "busy",
  (place) =>
    `The database ${place} cannot be reached. Check that it runs, and its address; then run this again: what it had recorded is kept.`,
];
const full: Meaning = [
  "full",
  (place) =>
    `The database ${place} has no room left. Free some space there and run this again: what it had recorded is kept.`,
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
    "broken",
    (place) =>
      `The database ${place} takes no writes, as a replica does. Use the address of the primary.`,
  ],
  "42P01": [
    "broken",
    (place) =>
      `A table of the store in ${place} is missing. Restore a copy, or choose another schema.`,
  ],
};

/** Every other SQLSTATE of a database that is not usable as it is: corrupt data, a failed disk. */
function other(code: string): Meaning | undefined {
  if (!/^(?:XX|58)/.test(code)) return undefined;
  return [
    "broken",
    (place) => `The database ${place} reports damage. Ask its owner, or restore a copy.`,
  ];
}

/** Class 08: connection exceptions; 57P: shutdown and start; 53300: too many connections. */
function isUnreachable(code: string): boolean {
  return /^(?:08|57P0[1-5]|53300|55P03|57014)/.test(code) || systemErrors.has(code);
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
