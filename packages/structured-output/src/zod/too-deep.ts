import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";

/** Far beyond what the service accepts: only a schema that makes new schemas as it is walked gets here. */
export const deepest = 200;

/** The error for a schema that is deeper. */
export function tooDeep(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "limit",
    path: `${path.slice(0, 80)}…`,
    reason: `more than ${deepest} schemas are nested in each other`,
    suggestion:
      "If the schema is recursive, let it refer to one and the same schema object instead of making a new one each time.",
  });
}
