export { findStrictSchemaProblem } from "./strict-schema.ts";
export {
  strictSchemaRefusal,
  type StrictSchemaProblem,
  type StrictSchemaRefusal,
} from "./strict-schema-problem.ts";
