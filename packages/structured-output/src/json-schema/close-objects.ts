import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema in which objects that list their properties, and say nothing of others, have no others. By the
 * letter they would take anything besides, but whoever writes `{ "properties": { "name": … } }` as a form means
 * just that, and asking the model for "other properties" everywhere would invite it to invent some.
 */
export function closeObjects(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) =>
    listsProperties(part) && !openings.some((keyword) => keyword in part)
      ? { ...part, additionalProperties: false }
      : part,
  );
}

const openings = ["additionalProperties", "patternProperties"];

function listsProperties({ properties }: JsonSchemaPart): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > 0;
}
