import { z } from "zod";
import { writtenConfigSchema } from "./config-schema.ts";

/** A node of the JSON Schema of `ktx.yaml`, with the fields that this package reads. */
export interface ConfigSchema {
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  /** The schema of every other key; false where no other key is allowed. */
  readonly additionalProperties?: ConfigSchema | false;
  readonly examples?: readonly unknown[];
}

/** The JSON Schema of `ktx.yaml`, in draft 7, which editors' YAML language servers read. */
export function buildConfigSchema(): ConfigSchema {
  return z.toJSONSchema(writtenConfigSchema, { target: "draft-7", io: "input" }) as ConfigSchema;
}

/** The schema's node at a path of keys, or undefined where the path leaves the schema. */
export function schemaAt(path: readonly string[]): ConfigSchema | undefined {
  let node: ConfigSchema | undefined = configSchema();
  for (const key of path) {
    const properties: Readonly<Record<string, ConfigSchema>> = node?.properties ?? {};
    node = Object.hasOwn(properties, key)
      ? properties[key]
      : node?.additionalProperties || undefined;
  }
  return node;
}

/** The first path, parents before children, that ends with `name`, or undefined where the schema has none. */
export function pathOfName(name: string): readonly string[] | undefined {
  return pathsByName().get(name);
}

// Both are asked once for each problem of a file, and neither ever changes.
const configSchema = once(buildConfigSchema);
const pathsByName = once((): ReadonlyMap<string, readonly string[]> => {
  const paths = new Map<string, readonly string[]>();
  const note = (node: ConfigSchema, path: readonly string[]): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      const below = [...path, name];
      if (!paths.has(name)) paths.set(name, below);
      note(child, below);
    }
  };
  note(configSchema(), []);
  return paths;
});

function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => (built ??= { value: build() }).value;
}
