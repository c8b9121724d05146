import { extendedCodeOf, resultCodeOf } from "@ktx/sqlite";
import { StoreError, type StoreErrorKind } from "../store-error.ts";

/** The error of SQLite as one of a store; other errors as they are. */
export function toStoreError(error: unknown, file: string): unknown {
  const code = resultCodeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const isFull = fullDisk.has(extendedCodeOf(error) ?? code);
  const [kind, sentence] = isFull ? full : (meanings[code] ?? broken);
  return new StoreError(kind, `${sentence(file)} (SQLite: ${error.message})`, { cause: error });
}

type Meaning = readonly [StoreErrorKind, (file: string) => string];

const busy: Meaning = [
  "busy",
  (file) =>
    `Another process keeps the store ${file} locked. End it, or wait until it has finished. What was recorded is kept.`,
];
const full: Meaning = [
  "full",
  (file) =>
    `No room is left for the store ${file}. Free some space on its disk. What was recorded is kept.`,
];
/**
 * Two errors of input and output mean that no room is left: IOERR_SHMSIZE, for the file with the index of the log, and
 * IOERR_WRITE, for a quota or a bound of a file's size.
 */
const fullDisk: ReadonlySet<number> = new Set([4_874, 778]);
const unreadable: Meaning = [
  "broken",
  (file) =>
    `The store ${file} cannot be opened or written. Check that its folder exists on a local disk and that you may write there.`,
];
const foreign: Meaning = [
  "foreign",
  (file) => `The file ${file} is no store of units. Choose another file.`,
];
const broken: Meaning = [
  "broken",
  (file) =>
    `The store ${file} is damaged. Move it away: its units run again with a new one, or restore a copy.`,
];

const meanings: Readonly<Record<number, Meaning>> = {
  5: busy,
  6: busy,
  8: unreadable,
  10: unreadable,
  13: full,
  14: unreadable,
  26: foreign,
};
