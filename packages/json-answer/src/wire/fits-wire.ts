import type { Wire, WireArray, WireObject, Written } from "./wire.ts";

/** True for JSON that has the form of a wire, at every level. Constraints are not checked. */
export function fitsWire(json: unknown, part: Written): boolean {
  return fits(json, part, { isExact: true, known: new Map() });
}

/**
 * True for JSON that its schema may accept: of the form, and where `holds` says so. A model without strict mode
 * leaves out properties that may be null, and adds some that are not known.
 */
export function mayFitWire(json: unknown, part: Written): boolean {
  return fits(json, part, { isExact: false, known: new Map() });
}

/** The known results for parts of the JSON, so that similar options are not tried again at each level. */
interface Fitting {
  readonly isExact: boolean;
  readonly known: Map<unknown, Map<Wire, boolean>>;
}

function fits(json: unknown, part: Written, fitting: Fitting): boolean {
  const { wire } = part;
  if (!fitting.isExact && (wire === undefined || part.holds?.(json) === false))
    return wire === undefined;
  if (wire === undefined || typeof json !== "object") return fitsBare(json, wire, fitting);
  const ofJson = fitting.known.get(json) ?? new Map<Wire, boolean>();
  fitting.known.set(json, ofJson);
  const result = ofJson.get(wire) ?? fitsBare(json, wire, fitting);
  ofJson.set(wire, result);
  return result;
}

function fitsBare(json: unknown, wire: Wire | undefined, fitting: Fitting): boolean {
  switch (wire?.kind) {
    case "value":
      return isOfType(json, wire.type) && (wire.values?.some((value) => value === json) ?? true);
    case "array":
      return (
        Array.isArray(json) &&
        (fitting.isExact || hasRoom(json.length, wire)) &&
        json.every((item) => fits(item, wire.items, fitting))
      );
    case "object":
      return isJsonObject(json) && fitsObject(json, wire, fitting);
    case "choice":
      return wire.options.some((option) => fits(json, option, fitting));
    default:
      return false;
  }
}

function fitsObject(json: JsonObject, { properties }: WireObject, fitting: Fitting): boolean {
  if (fitting.isExact && Object.keys(json).length !== properties.size) return false;
  return [...properties].every(([key, property]) =>
    Object.hasOwn(json, key)
      ? fits(json[key], property, fitting)
      : !fitting.isExact && fits(null, property, fitting),
  );
}

/** True where a list may have this many items. */
export function hasRoom(items: number, { keywords }: WireArray): boolean {
  return items <= (keywords?.["maxItems"] ?? Infinity);
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

type JsonObject = Readonly<Record<string, unknown>>;

/** True for a JSON object, not an array or null. */
export function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isOfType(json: unknown, type: string): boolean {
  if (type === "null") return json === null;
  return type === "integer" ? Number.isInteger(json) : typeof json === type;
}
