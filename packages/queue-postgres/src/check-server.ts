import { StoreError } from "@ktx/batch";

/** The oldest Postgres that has all that the statements use. */
const oldest = 14;

/**
 * @param version As `server_version_num` has it, such as 180004 for 18.4.
 * @throws {StoreError} for a server that is too old.
 */
export function checkServerVersion(version: number, place: string): void {
  const major = Math.floor(version / 10_000);
  if (major >= oldest) return;
  throw new StoreError(
    "broken",
    `The database ${place} runs Postgres ${major}, and ${oldest} is the oldest that can be used. Update it, or choose another one.`,
  );
}

/** The text of a source has any character; a database without a character set (SQL_ASCII) keeps its bytes. */
const encodings: readonly string[] = ["UTF8", "SQL_ASCII"];

/** @throws {StoreError} for a database that cannot keep every text. */
export function checkEncoding(encoding: string, place: string): void {
  if (encodings.includes(encoding)) return;
  throw new StoreError(
    "broken",
    `The database ${place} keeps its text as ${encoding}, which has no sign for some characters of a source. Create one with CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0, and use that.`,
  );
}
