import type { Wire, Written } from "./wire.ts";
import { sentences } from "./sentences.ts";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Record<string, unknown>;

/** The strict JSON Schema of a wire. A part with several references goes to `$defs`, named after its first property. */
export function toJsonSchema(root: Written): JsonSchema {
  const names = nameSharedWires(root);
  const definitions = [...names].filter(([wire]) => wire !== root.wire);
  return {
    ...annotate(writeOnce(root.wire), root),
    ...(definitions.length > 0 && {
      $defs: Object.fromEntries(definitions.map(([wire, name]) => [name, writeOnce(wire)])),
    }),
  };

  function write(part: Written): JsonSchema {
    const { wire } = part;
    const name = wire && names.get(wire);
    if (name === undefined) return annotate(writeOnce(wire), part);
    return annotate({ $ref: wire === root.wire ? "#" : `#/$defs/${name}` }, part);
  }

  function writeOnce(bare: Wire | undefined): JsonSchema {
    if (bare === undefined) throw new TypeError("The wire of an unfinished schema was read.");
    switch (bare.kind) {
      case "value": {
        const { type, values, keywords } = bare;
        if (values === undefined) return { type, ...keywords };
        return values.length === 1 ? { type, const: values[0] } : { type, enum: [...values] };
      }
      case "array":
        return { type: "array", items: write(bare.items), ...bare.keywords };
      case "object": {
        const properties = [...bare.properties].map(([key, inner]) => [key, write(inner)]);
        return {
          type: "object",
          properties: Object.fromEntries(properties),
          required: [...bare.properties.keys()],
          additionalProperties: false,
        };
      }
      case "choice":
        return { anyOf: bare.options.map((option) => write(option)) };
    }
  }
}

/** The wires with several references, by name. */
function nameSharedWires(root: Written): Map<Wire, string> {
  const firstKeys = new Map<Wire, string>();
  const names = new Map<Wire, string>();
  // A definition cannot have these names.
  const taken = new Set(["", "__proto__"]);
  const open = new Set<Wire>();
  const visit = ({ wire: bare }: Written, key: string): void => {
    if (bare === undefined) return;
    const first = isWorthNaming(bare) || open.has(bare) ? firstKeys.get(bare) : undefined;
    if (first !== undefined) {
      if (!names.has(bare)) names.set(bare, uniqueName(first, taken));
      return;
    }
    firstKeys.set(bare, key);
    open.add(bare);
    if (bare.kind === "array") visit(bare.items, key);
    if (bare.kind === "choice") for (const option of bare.options) visit(option, key);
    if (bare.kind === "object") for (const [name, inner] of bare.properties) visit(inner, name);
    open.delete(bare);
  };
  visit(root, "root");
  return names;
}

/** An array gets a name only if it contains itself. */
function isWorthNaming(wire: Wire): boolean {
  return wire.kind === "value"
    ? (wire.values?.length ?? 0) > 3
    : wire.kind === "object" || wire.kind === "choice";
}

function uniqueName(key: string, taken: Set<string>): string {
  const base = key.replaceAll(/[^A-Za-z0-9_]/g, "_").slice(0, 40);
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
  taken.add(name);
  return name;
}

/** `$ref` may have no neighbours, so the notes on a reference are on a schema around it. */
function annotate(schema: JsonSchema, { title, text }: Written): JsonSchema {
  const said = sentences([text?.(), schema["description"]]);
  if (title === undefined && said === schema["description"]) return schema;
  return {
    ...("$ref" in schema ? { anyOf: [schema] } : schema),
    ...(title !== undefined && { title }),
    ...(said !== undefined && { description: said }),
  };
}
