export { loadSqlite } from "./load-sqlite.ts";
export { resultCodeOf } from "./result-code-of.ts";
