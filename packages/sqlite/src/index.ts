export { loadSqlite } from "./load-sqlite.ts";
export { extendedCodeOf, resultCodeOf } from "./result-code-of.ts";
