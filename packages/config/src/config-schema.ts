import { z } from "zod";
import { writtenConfigSchema } from "./written-config.ts";

/** A node of the JSON Schema of `ktx.yaml`, as far as this package reads it. */
export interface ConfigSchema {
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly examples?: readonly unknown[];
}

/** The JSON Schema of `ktx.yaml`. Draft 7, because that is what editors' YAML language servers read. */
export function buildConfigSchema(): ConfigSchema {
  return z.toJSONSchema(writtenConfigSchema, { target: "draft-7", io: "input" }) as ConfigSchema;
}

/** The schema's node at a path of keys, or undefined where the path leaves the schema. */
export function schemaAt(path: readonly string[]): ConfigSchema | undefined {
  let node: ConfigSchema | undefined = buildConfigSchema();
  for (const key of path) {
    const properties: Readonly<Record<string, ConfigSchema>> = node?.properties ?? {};
    node = Object.hasOwn(properties, key) ? properties[key] : undefined;
  }
  return node;
}

/** Every path that the schema knows, parents first. */
export function knownPaths(): readonly (readonly string[])[] {
  const below = (node: ConfigSchema, path: readonly string[]): (readonly string[])[] =>
    Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
      [...path, key],
      ...below(child, [...path, key]),
    ]);
  return below(buildConfigSchema(), []);
}
