import { bareWire, type Wire, type WireObject, type WireValue } from "./wire.ts";

/**
 * Whether some JSON value could be both. Errs on the side of yes: for recursion, and for arrays, which meet in
 * the empty one.
 */
export function wiresOverlap(left: Wire, right: Wire): boolean {
  return overlap(left, right, new Set());
}

function overlap(left: Wire, right: Wire, visited: Set<Wire>): boolean {
  const [a, b] = [bareWire(left), bareWire(right)];
  if (a === undefined || b === undefined || a === b || (visited.has(a) && visited.has(b)))
    return true;
  const seen = new Set([...visited, a, b]);
  if (a.kind === "choice") return a.options.some((option) => overlap(option, b, seen));
  if (b.kind === "choice") return b.options.some((option) => overlap(a, option, seen));
  if (a.kind === "object" && b.kind === "object") return objectsOverlap(a, b, seen);
  if (a.kind === "value" && b.kind === "value") return valuesOverlap(a, b);
  return a.kind === "array" && b.kind === "array";
}

function objectsOverlap(a: WireObject, b: WireObject, visited: Set<Wire>): boolean {
  if (a.properties.size !== b.properties.size) return false;
  return [...a.properties].every(([key, property]) => {
    const other = b.properties.get(key);
    return other !== undefined && overlap(property, other, visited);
  });
}

function valuesOverlap(a: WireValue, b: WireValue): boolean {
  const jsonType = (wire: WireValue) => (wire.type === "integer" ? "number" : wire.type);
  if (jsonType(a) !== jsonType(b)) return false;
  if (a.values === undefined || b.values === undefined) return true;
  return !new Set(a.values).isDisjointFrom(new Set(b.values));
}
