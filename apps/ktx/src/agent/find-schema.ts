import type { OutputSchema } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";

/**
 * The schema among the exports of a module: of `schema` and the default export, the one made by a schema library,
 * else the one that reads as a JSON Schema; else the only other export made by a library.
 *
 * @param path the module's name in the error.
 * @throws {CliError} for a module without a schema, or with several.
 */
export function findSchema(module: Readonly<Record<string, unknown>>, path: string): OutputSchema {
  const named = [module["schema"], module["default"]];
  const schema = named.find(isStandardSchema) ?? named.find(readsAsJsonSchema);
  if (schema !== undefined) return schema;
  const schemas = Object.entries(module).filter((entry): entry is [string, OutputSchema] =>
    isStandardSchema(entry[1]),
  );
  const [only] = schemas;
  if (only !== undefined && schemas.length === 1) return only[1];
  // Refused as well, with its own reason.
  const meant = only === undefined ? named.find(isJsonSchema) : undefined;
  if (meant !== undefined) return meant;
  throw usageError(
    `Expected ${path} to export a schema, got ${describeExports(Object.keys(module), schemas)}.`,
    { next: "Export it as `schema`: `export const schema = z.object({ … })`." },
  );
}

function describeExports(
  names: readonly string[],
  schemas: readonly (readonly [string, OutputSchema])[],
): string {
  if (schemas.length > 1) return `several: ${schemas.map(([name]) => name).join(", ")}`;
  return names.length === 0
    ? "no exports"
    : `the exports ${names.join(", ")}, but none of them is a schema`;
}

/** zod, valibot and arktype mark their schemas this way; some of them are functions. */
function isStandardSchema(value: unknown): value is OutputSchema {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return false;
  if (!("~standard" in value)) return false;
  const standard = value["~standard"];
  return typeof standard === "object" && standard !== null;
}

/** True for a value that may be meant as a schema. A library's mark without content excludes it. */
export function isJsonSchema(value: unknown): value is OutputSchema {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    !("~standard" in value)
  );
}

/** A module may have another `schema`, such as that of a database. */
function readsAsJsonSchema(value: unknown): value is OutputSchema {
  return isJsonSchema(value) && Object.keys(value).some((key) => telling.has(key));
}

/** Nearly every JSON Schema has one of these keywords. */
const telling: ReadonlySet<string> = new Set(
  "$schema $ref type enum const allOf anyOf oneOf properties items".split(" "),
);
