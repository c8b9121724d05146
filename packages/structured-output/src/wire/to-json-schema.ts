import { sentences } from "../sentences.ts";
import { bareWire, type Wire, type WireNote, type WireObject, type WireValue } from "./wire.ts";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema of a wire, in the strict subset. What is reached more than once goes to `$defs`, named after
 * the property where it is met first; the root itself is `#`.
 */
export function toJsonSchema(root: Wire): JsonSchema {
  const names = nameSharedWires(root);
  const definitions: JsonSchema = {};
  const schema = write(root, false);
  for (const [wire, name] of names) if (name !== rootName) definitions[name] = write(wire, false);
  return names.size > (names.has(rootOf(root)) ? 1 : 0)
    ? { ...schema, $defs: definitions }
    : schema;

  function write(wire: Wire, mayRefer = true): JsonSchema {
    if (wire.kind === "note") return annotate(write(wire.wire, mayRefer), wire);
    const bare = bareWire(wire);
    if (bare === undefined) throw new TypeError("The wire of an unfinished schema was asked for.");
    const name = names.get(bare);
    if (mayRefer && name !== undefined)
      return { $ref: name === rootName ? rootName : `#/$defs/${name}` };
    switch (bare.kind) {
      case "value":
        return writeValue(bare);
      case "array":
        return { type: "array", items: write(bare.items), ...bare.keywords };
      case "object":
        return writeObject(bare, write);
      case "choice":
        return { anyOf: bare.options.map((option) => write(option)) };
    }
  }
}

const rootName = "#";

function nameSharedWires(root: Wire): Map<Wire, string> {
  const firstKeys = new Map<Wire, string>();
  const names = new Map<Wire, string>();
  // Neither can be the name of a definition.
  const taken = new Set<string>(["", "__proto__"]);
  const open = new Set<Wire>();
  const visit = (wire: Wire, key: string): void => {
    const bare = bareWire(wire);
    if (bare === undefined) return;
    if (isWorthNaming(bare) || open.has(bare)) {
      const first = firstKeys.get(bare);
      if (first !== undefined) {
        if (!names.has(bare))
          names.set(bare, bare === rootOf(root) ? rootName : uniqueName(first, taken));
        return;
      }
    }
    firstKeys.set(bare, key);
    if (bare.kind === "array") {
      open.add(bare);
      visit(bare.items, key);
      open.delete(bare);
    }
    if (bare.kind === "choice") for (const option of bare.options) visit(option, key);
    if (bare.kind === "object")
      for (const [name, property] of bare.properties) visit(property, name);
  };
  visit(root, "root");
  return names;
}

/** An array is named only where it is within itself. */
function isWorthNaming(wire: Wire): boolean {
  return (
    wire.kind === "object" ||
    wire.kind === "choice" ||
    (wire.kind === "value" && (wire.values?.length ?? 0) > 3)
  );
}

function uniqueName(key: string, taken: Set<string>): string {
  const base = key.replaceAll(/[^A-Za-z0-9_]/g, "_").slice(0, 40);
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
  taken.add(name);
  return name;
}

function rootOf(root: Wire): Wire {
  return bareWire(root) ?? root;
}

/** `$ref` may have no neighbours, so what is said about a reference stands around it. */
function annotate(schema: JsonSchema, { title, text }: WireNote): JsonSchema {
  const said = sentences([text(), schema["description"]]);
  if (title === undefined && said === schema["description"]) return schema;
  return {
    ...("$ref" in schema ? { anyOf: [schema] } : schema),
    ...(title !== undefined && { title }),
    ...(said !== undefined && { description: said }),
  };
}

function writeValue({ type, values, keywords }: WireValue): JsonSchema {
  if (values === undefined || type === "null") return { type, ...keywords };
  return values.length === 1 ? { type, const: values[0] } : { type, enum: [...values] };
}

function writeObject({ properties }: WireObject, write: (wire: Wire) => JsonSchema): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries([...properties].map(([key, wire]) => [key, write(wire)])),
    required: [...properties.keys()],
    additionalProperties: false,
  };
}
