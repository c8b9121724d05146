import { deepestPlace, type Part } from "./deepest-place.ts";
import { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";
import { isJsonObject } from "./wire/fits-wire.ts";
import type { JsonSchema } from "./wire/to-json-schema.ts";

/**
 * Checks a schema against the sizes that the service documents for Structured Outputs ("Supported schemas"):
 * 10 levels of objects and arrays, 5000 properties, 1000 enum values, 120,000 characters of names and
 * values, and 15,000 characters in an enum of more than 250 values.
 *
 * @throws {UnsupportedOutputSchemaError} with code `limit`.
 */
export function checkServiceLimits(schema: JsonSchema): void {
  const definitions = isJsonObject(schema["$defs"]) ? schema["$defs"] : {};
  const parts = [{ node: schema, path: "$" }].concat(
    Object.entries(definitions).flatMap(([name, node]) =>
      isJsonObject(node) ? [{ node, path: `$defs.${name}` }] : [],
    ),
  );
  const all = parts.flatMap((part) => partsOf(part));
  const { levels, path } = deepestPlace({ node: schema, path: "$" }, definitions, childrenOf);
  if (levels > 10)
    throw beyond(`it nests objects and lists ${levels} deep, and the service takes 10`, path);
  checkSum("properties", all, 5000, ({ node }) => namesOf(node).length);
  checkSum("enum values", all, 1000, ({ node }) => enumOf(node).length);
  checkSum("characters in names and values", all, 120_000, ({ node }) =>
    lengthOf([
      ...namesOf(node),
      ...(node === schema ? Object.keys(definitions) : []),
      ...enumOf(node),
      ...("const" in node ? [node["const"]] : []),
    ]),
  );
  for (const part of all)
    if (enumOf(part.node).length > 250)
      checkSum("characters in an enum of more than 250 values", [part], 15_000, ({ node }) =>
        lengthOf(enumOf(node)),
      );
}

/** Counts something over all parts, and names the part that goes beyond the limit. */
function checkSum(
  what: string,
  parts: readonly Part[],
  limit: number,
  count: (part: Part) => number,
): void {
  const counted = parts.map((part) => ({ path: part.path, size: count(part) }));
  const total = counted.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  const largest = counted.reduce((most, one) => (one.size > most.size ? one : most));
  throw beyond(`it has ${total} ${what}, and the service takes ${limit}`, largest.path);
}

function partsOf(part: Part): Part[] {
  return [part, ...childrenOf(part).flatMap(partsOf)];
}

function childrenOf({ node, path }: Part): Part[] {
  const properties = isJsonObject(node["properties"]) ? node["properties"] : {};
  const options: readonly unknown[] = Array.isArray(node["anyOf"]) ? node["anyOf"] : [];
  const children: (readonly [unknown, string])[] = [
    ...Object.entries(properties).map(([key, child]) => [child, `${path}.${key}`] as const),
    [node["items"], `${path}[]`],
    ...options.map((option) => [option, path] as const),
  ];
  return children.flatMap(([child, place]) =>
    isJsonObject(child) ? [{ node: child, path: place }] : [],
  );
}

function namesOf(node: Readonly<Record<string, unknown>>): string[] {
  return isJsonObject(node["properties"]) ? Object.keys(node["properties"]) : [];
}

function enumOf(node: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(node["enum"]) ? node["enum"] : [];
}

function lengthOf(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + String(value).length, 0);
}

function beyond(reason: string, path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "limit",
    path,
    reason,
    suggestion:
      "Ask for less in one answer, or make a part of it z.unknown(), which is written as JSON text.",
  });
}
