import { isPart, type JsonSchemaPart } from "./json-schema-part.ts";

/**
 * A tuple as an object of positions `"0"`, `"1"`, … and, for further items, a list `"rest"`: Codex supports only lists
 * with one type of item. Structured answers have the same form.
 */
export function writePositions(part: JsonSchemaPart): JsonSchemaPart {
  const { prefixItems, items, minItems, ...others } = part;
  if (!Array.isArray(prefixItems)) return part;
  const positions = prefixItems.map((item: unknown, index) => [String(index), item] as const);
  const rest = isPart(items) ? [["rest", { type: "array", items }] as const] : [];
  const least = typeof minItems === "number" ? minItems : prefixItems.length;
  return {
    ...others,
    type: "object",
    properties: Object.fromEntries([...positions, ...rest]),
    required: positions.slice(0, least).map(([name]) => name),
    additionalProperties: false,
  };
}

/**
 * Converts objects of positions back into the lists that the schema describes. JSON of another form, a list included,
 * is passed on unchanged. Never throws.
 */
export function decodePositions(json: unknown, schema: JsonSchemaPart): unknown {
  return decode(json, schema, schema);
}

function decode(json: unknown, schema: unknown, root: JsonSchemaPart): unknown {
  if (typeof json !== "object" || json === null) return json;
  const part = resolve(schema, root);
  if (part === undefined) return json;
  const inParts = decodeParts(json, part, root);
  if (Array.isArray(part["allOf"]))
    return part["allOf"].reduce((value: unknown, each) => decode(value, each, root), inParts);
  const options: readonly unknown[] = [part["anyOf"], part["oneOf"]].flatMap((list) => list ?? []);
  // An option of another form leaves the value unchanged.
  for (const option of options) {
    if (contradicts(json, resolve(option, root))) continue;
    const decoded = decode(json, option, root);
    if (decoded !== json) return decoded;
  }
  return inParts;
}

/** The same object if no part of it changes. */
function decodeParts(json: object, part: JsonSchemaPart, root: JsonSchemaPart): unknown {
  const { prefixItems, items, properties, additionalProperties } = part;
  if (Array.isArray(prefixItems)) return readPositions(json, prefixItems, items, root);
  if (Array.isArray(json)) {
    const decoded = json.map((item: unknown) => decode(item, items, root));
    return decoded.some((item, index) => item !== json[index]) ? decoded : json;
  }
  const known = isPart(properties) ? properties : {};
  const entries = Object.entries(json).map(([key, value]): [string, unknown] => {
    const schema = Object.hasOwn(known, key) ? known[key] : additionalProperties;
    return [key, decode(value, schema, root)];
  });
  const isChanged = entries.some(([key, value]) => value !== Reflect.get(json, key));
  return isChanged ? Object.fromEntries(entries) : json;
}

function readPositions(
  json: object,
  prefixItems: readonly unknown[],
  items: unknown,
  root: JsonSchemaPart,
): unknown {
  if (Array.isArray(json)) {
    const decoded = json.map((item: unknown, index) =>
      decode(item, index < prefixItems.length ? prefixItems[index] : items, root),
    );
    return decoded.some((item, index) => item !== json[index]) ? decoded : json;
  }
  const { rest = [], ...positions } = Object.fromEntries(Object.entries(json));
  const count = Object.keys(positions).length;
  const isRow = Object.keys(positions).every((key, index) => key === String(index));
  if (!isRow || count > prefixItems.length || !Array.isArray(rest)) return json;
  if (rest.length > 0 && (count < prefixItems.length || !isPart(items))) return json;
  return [
    ...Object.values(positions).map((value, index) => decode(value, prefixItems[index], root)),
    ...rest.map((value: unknown) => decode(value, items, root)),
  ];
}

/** True when a property of the JSON has a value that the option does not allow. */
function contradicts(json: object, option: JsonSchemaPart | undefined): boolean {
  if (option === undefined || !isPart(option["properties"])) return false;
  const properties = option["properties"];
  return Object.entries(json).some(([key, value]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!isPart(property)) return false;
    const { enum: listed, const: constant } = property;
    const values = constant === undefined ? listed : [constant];
    return Array.isArray(values) && !values.includes(value);
  });
}

/** The target of a reference; zod makes references to the root and to definitions. */
function resolve(schema: unknown, root: JsonSchemaPart): JsonSchemaPart | undefined {
  if (!isPart(schema)) return;
  const { $ref: reference } = schema;
  if (typeof reference !== "string") return schema;
  if (reference === "#") return root;
  const name = reference.replace(/^#\/\$defs\//, "");
  const definitions = isPart(root["$defs"]) ? root["$defs"] : {};
  const target = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  return isPart(target) && target !== schema ? target : undefined;
}
