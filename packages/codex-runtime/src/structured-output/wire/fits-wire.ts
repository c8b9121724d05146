import { bareWire, type Wire } from "./wire.ts";

/** Whether JSON has the form that a wire describes, all the way down. Constraints are not looked at. */
export function fitsWire(json: unknown, wire: Wire): boolean {
  const bare = bareWire(wire);
  switch (bare?.kind) {
    case "value":
      return isOfType(json, bare.type) && (bare.values?.some((value) => value === json) ?? true);
    case "array":
      return Array.isArray(json) && json.every((item) => fitsWire(item, bare.items));
    case "object":
      return (
        isJsonObject(json) &&
        Object.keys(json).length === bare.properties.size &&
        [...bare.properties].every(
          ([key, property]) => Object.hasOwn(json, key) && fitsWire(json[key], property),
        )
      );
    case "choice":
      return bare.options.some((option) => fitsWire(json, option));
    default:
      return false;
  }
}

/**
 * Whether JSON that fits nothing was most likely meant to be this: of the right type, and for an object with
 * the right constants. So a slip deep inside a variant is reported against that variant.
 */
export function resemblesWire(json: unknown, wire: Wire): boolean {
  const bare = bareWire(wire);
  if (bare?.kind === "choice") return bare.options.some((option) => resemblesWire(json, option));
  if (bare?.kind === "array") return Array.isArray(json);
  if (bare?.kind !== "object") return fitsWire(json, wire);
  if (!isJsonObject(json)) return false;
  const properties = [...bare.properties];
  return (
    properties.some(([key]) => Object.hasOwn(json, key)) &&
    properties.every(([key, property]) => {
      const inner = bareWire(property);
      return inner?.kind !== "value" || inner.values === undefined || fitsWire(json[key], inner);
    })
  );
}

/** Whether a JSON value is an object, not an array or null. */
export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isOfType(json: unknown, type: string): boolean {
  if (type === "null") return json === null;
  if (type === "integer") return Number.isInteger(json);
  return typeof json === type;
}
