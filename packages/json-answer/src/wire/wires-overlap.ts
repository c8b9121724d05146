import type { WireObject, WireValue, Written } from "./wire.ts";

/** Deeper parts count as overlapping: the comparison would cost too much, and an extra label does no harm. */
const deepest = 3;

/** True when a JSON value could fit both, and in doubt: for deep and recursive parts, and for arrays. */
export function wiresOverlap(left: Written, right: Written, depth = 0): boolean {
  const [a, b] = [left.wire, right.wire];
  if (a === undefined || b === undefined || a === b || depth > deepest) return true;
  if (a.kind === "choice")
    return a.options.some((option) => wiresOverlap(option, right, depth + 1));
  if (b.kind === "choice") return wiresOverlap(right, left, depth);
  if (a.kind === "object" && b.kind === "object") return objectsOverlap(a, b, depth + 1);
  if (a.kind === "value" && b.kind === "value") return valuesOverlap(a, b);
  return a.kind === "array" && b.kind === "array";
}

function objectsOverlap(a: WireObject, b: WireObject, depth: number): boolean {
  if (a.properties.size !== b.properties.size) return false;
  return [...a.properties].every(([key, property]) => {
    const other = b.properties.get(key);
    return other !== undefined && wiresOverlap(property, other, depth);
  });
}

function valuesOverlap(a: WireValue, b: WireValue): boolean {
  const jsonType = (wire: WireValue) => (wire.type === "integer" ? "number" : wire.type);
  if (jsonType(a) !== jsonType(b)) return false;
  if (a.values === undefined || b.values === undefined) return true;
  return !new Set(a.values).isDisjointFrom(new Set(b.values));
}
