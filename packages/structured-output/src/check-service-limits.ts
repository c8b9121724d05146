import { isJsonObject, type JsonSchema } from "@ktx/json-answer/wire";
import { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";

type Node = Readonly<Record<string, unknown>>;

/** A place in a schema. `levels` counts the objects and lists around it, including itself; `anyOf` adds none. */
interface Place {
  readonly path: string;
  readonly levels: number;
}

interface Part extends Place {
  readonly node: Node;
}

/**
 * Checks a schema against the sizes that the service documents for Structured Outputs ("Supported schemas"):
 * 10 levels of objects and arrays, 5000 properties, 1000 enum values, 120,000 characters of names and
 * values, and 15,000 characters in an enum of more than 250 values.
 *
 * @throws {UnsupportedOutputSchemaError} with code `limit`.
 */
export function checkServiceLimits(schema: JsonSchema): void {
  const definitions = Object.entries(isJsonObject(schema["$defs"]) ? schema["$defs"] : {});
  const bodies = new Map([["#", partsOf(schema)]]);
  for (const [name, node] of definitions)
    if (isJsonObject(node)) bodies.set(`#/$defs/${name}`, partsOf(node));
  const { levels, path } = deepestOf(bodies);
  if (levels > 10)
    throw beyond(`it nests objects and lists ${levels} levels deep; the service accepts 10`, path);

  const all = [...bodies].flatMap(([name, parts]) => parts.map((part) => placed(name, part)));
  checkSum("properties", 5000, all, (node) => namesOf(node).length);
  checkSum("enum values", 1000, all, (node) => enumOf(node).length);
  checkSum("characters in names and values", 120_000, all, (node) =>
    lengthOf([
      ...namesOf(node),
      ...(node === schema ? definitions.map(([name]) => name) : []),
      ...enumOf(node),
      ...("const" in node ? [node["const"]] : []),
    ]),
  );
  for (const part of all)
    if (enumOf(part.node).length > 250)
      checkSum("characters in an enum of more than 250 values", 15_000, [part], (node) =>
        lengthOf(enumOf(node)),
      );
}

/** Counts over all parts. @throws with the path of the largest part if the sum exceeds the limit. */
function checkSum(
  what: string,
  limit: number,
  parts: readonly Part[],
  count: (node: Node) => number,
): void {
  const sizes = parts.map(({ node }) => count(node));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = parts[sizes.indexOf(Math.max(...sizes))];
  if (total > limit)
    throw beyond(`it has ${total} ${what}; the service accepts ${limit}`, largest?.path ?? "$");
}

/** A schema and all schemas within it, without following references. */
function partsOf(node: Node, path = "", around = 0): Part[] {
  const levels = around + (node["type"] === "object" || node["type"] === "array" ? 1 : 0);
  const options: readonly unknown[] = Array.isArray(node["anyOf"]) ? node["anyOf"] : [];
  const properties = isJsonObject(node["properties"]) ? node["properties"] : {};
  const children: (readonly [unknown, string])[] = [
    ...Object.entries(properties).map(([key, child]) => [child, `${path}.${key}`] as const),
    [node["items"], `${path}[]`],
    ...options.map((option) => [option, path] as const),
  ];
  const inner = children.flatMap(([child, place]) =>
    isJsonObject(child) ? partsOf(child, place, levels) : [],
  );
  return [{ node, path, levels }, ...inner];
}

/** The deepest part, through references. A reference that leads back to itself adds nothing: recursion has no limit. */
function deepestOf(bodies: ReadonlyMap<string, readonly Part[]>): Place {
  const depths = new Map<string, Place>();
  const targetsOf = (name: string) =>
    (bodies.get(name) ?? []).flatMap((part) => {
      const target = String(part.node["$ref"]);
      return bodies.has(target) ? [{ ...part, target }] : [];
    });
  /** All bodies that a body reaches by references. The loop also visits the entries that it adds. */
  const reachOf = (name: string): ReadonlySet<string> => {
    const found = new Set(targetsOf(name).map(({ target }) => target));
    for (const next of found) for (const { target } of targetsOf(next)) found.add(target);
    return found;
  };
  const reached = new Map([...bodies.keys()].map((name) => [name, reachOf(name)]));
  const depthOf = (name: string): Place => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const further = targetsOf(name)
      .filter(({ target }) => target !== name && reached.get(target)?.has(name) !== true)
      .map(({ target, path, levels }): Place => {
        const inner = depthOf(target);
        return { path: path + inner.path, levels: levels + inner.levels };
      });
    const depth = deepest([...(bodies.get(name) ?? []), ...further]);
    depths.set(name, depth);
    return depth;
  };
  return deepest(["#", ...(reached.get("#") ?? [])].map((name) => placed(name, depthOf(name))));
}

function deepest(places: readonly Place[]): Place {
  return places.reduce((most, place) => (place.levels > most.levels ? place : most));
}

/** Converts a place within a body to a place within the schema. */
function placed<Inner extends Place>(body: string, place: Inner): Inner {
  const root = body === "#" ? "$" : body.slice("#/".length).replace("/", ".");
  return { ...place, path: root + place.path };
}

function namesOf({ properties }: Node): string[] {
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

function enumOf({ enum: values }: Node): readonly unknown[] {
  return Array.isArray(values) ? values : [];
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
      "Ask for less in one answer, or replace a part with z.unknown(), which the model writes as JSON text.",
  });
}
