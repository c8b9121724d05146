export { fileIdentity } from "./file-identity.ts";
export { leaveMovedFile } from "./leave-moved-file.ts";
export { loadSqlite } from "./load-sqlite.ts";
export { extendedCodeOf, resultCodeOf } from "./result-code-of.ts";
