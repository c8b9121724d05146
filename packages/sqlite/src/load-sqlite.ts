import type * as Sqlite from "node:sqlite";

let loaded: typeof Sqlite | undefined;

/**
 * Node's own SQLite, without the warning that Node 22 prints when it is loaded: users of a command line cannot act
 * on it. Every other warning passes.
 */
export function loadSqlite(): typeof Sqlite {
  if (loaded !== undefined) return loaded;
  const { emitWarning } = process;
  process.emitWarning = ((...args: Parameters<typeof emitWarning>): void => {
    if (!String(args[0]).includes("SQLite is an experimental feature")) emitWarning(...args);
  }) as typeof emitWarning;
  try {
    loaded = process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
  return loaded;
}
