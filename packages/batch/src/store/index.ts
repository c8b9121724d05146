export { sumCounts, sumGroups } from "./sum-counts.ts";
export { checkName } from "./check-name.ts";
export {
  findWhole,
  readFullRecord,
  readJson,
  readNumber,
  readRecord,
  readState,
  readText,
  readWhole,
  recordColumns,
  type Row,
} from "./read-row.ts";
export { toJsonText } from "./to-json-text.ts";
export { toUnitRow, type UnitRow } from "./to-unit-row.ts";
