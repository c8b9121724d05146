import type { Wire, Written } from "./wire.ts";

/** True for JSON that has the form of a wire, at every level. Constraints are not checked. */
export function fitsWire(json: unknown, part: Written): boolean {
  return fits(json, part, new Map());
}

/** The known results for parts of the JSON, so that similar options are not tried again at each level. */
type Known = Map<unknown, Map<Wire, boolean>>;

function fits(json: unknown, { wire: bare }: Written, known: Known): boolean {
  if (bare === undefined || typeof json !== "object") return fitsBare(json, bare, known);
  const ofJson = known.get(json) ?? new Map<Wire, boolean>();
  known.set(json, ofJson);
  const result = ofJson.get(bare) ?? fitsBare(json, bare, known);
  ofJson.set(bare, result);
  return result;
}

function fitsBare(json: unknown, bare: Wire | undefined, known: Known): boolean {
  switch (bare?.kind) {
    case "value":
      return isOfType(json, bare.type) && (bare.values?.some((value) => value === json) ?? true);
    case "array":
      return Array.isArray(json) && json.every((item) => fits(item, bare.items, known));
    case "object":
      return (
        isJsonObject(json) &&
        Object.keys(json).length === bare.properties.size &&
        [...bare.properties].every(
          ([key, property]) => Object.hasOwn(json, key) && fits(json[key], property, known),
        )
      );
    case "choice":
      return bare.options.some((option) => fits(json, option, known));
    default:
      return false;
  }
}

/** True for JSON of the right type and constants, so that an error deep inside is reported for that variant. */
export function resemblesWire(json: unknown, part: Written): boolean {
  const { wire: bare } = part;
  if (bare?.kind === "choice") return bare.options.some((option) => resemblesWire(json, option));
  if (bare?.kind === "array") return Array.isArray(json);
  if (bare?.kind !== "object") return fitsWire(json, part);
  const properties = [...bare.properties];
  return (
    isJsonObject(json) &&
    properties.some(([key]) => Object.hasOwn(json, key)) &&
    properties.every(
      ([key, inner]) =>
        inner.wire?.kind !== "value" || !inner.wire.values || fitsWire(json[key], inner),
    )
  );
}

/** True for a JSON object, not an array or null. */
export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isOfType(json: unknown, type: string): boolean {
  if (type === "null") return json === null;
  return type === "integer" ? Number.isInteger(json) : typeof json === type;
}
