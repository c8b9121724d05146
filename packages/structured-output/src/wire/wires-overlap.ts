import { bareWire, type Wire, type WireObject, type WireValue } from "./wire.ts";

/**
 * Whether some JSON value could be both. Errs on the side of yes: for recursion, for what is very deep, and for
 * arrays, which meet in the empty one.
 */
export function wiresOverlap(left: Wire, right: Wire): boolean {
  return overlap(left, right, { known: new Map(), depth: 0 });
}

interface Search {
  /** What is known of each pair: without it, parts that are shared would be compared for each way to them. */
  readonly known: Map<Wire, Map<Wire, boolean>>;
  readonly depth: number;
}

/** Two recursions of different lengths go through all their pairs before they come back to the first. */
const deepest = 200;

function overlap(left: Wire, right: Wire, { known, depth }: Search): boolean {
  const [a, b] = [bareWire(left), bareWire(right)];
  if (a === undefined || b === undefined || a === b || depth > deepest) return true;
  const ofA = known.get(a) ?? new Map<Wire, boolean>();
  known.set(a, ofA);
  const before = ofA.get(b);
  if (before !== undefined) return before;
  // What meets the same pair again within it is recursion.
  ofA.set(b, true);
  const result = overlapBare(a, b, { known, depth: depth + 1 });
  ofA.set(b, result);
  return result;
}

function overlapBare(a: BareWire, b: BareWire, inner: Search): boolean {
  if (a.kind === "choice") return a.options.some((option) => overlap(option, b, inner));
  if (b.kind === "choice") return b.options.some((option) => overlap(a, option, inner));
  if (a.kind === "object" && b.kind === "object") return objectsOverlap(a, b, inner);
  if (a.kind === "value" && b.kind === "value") return valuesOverlap(a, b);
  return a.kind === "array" && b.kind === "array";
}

type BareWire = NonNullable<ReturnType<typeof bareWire>>;

function objectsOverlap(a: WireObject, b: WireObject, inner: Search): boolean {
  if (a.properties.size !== b.properties.size) return false;
  return [...a.properties].every(([key, property]) => {
    const other = b.properties.get(key);
    return other !== undefined && overlap(property, other, inner);
  });
}

function valuesOverlap(a: WireValue, b: WireValue): boolean {
  const jsonType = (wire: WireValue) => (wire.type === "integer" ? "number" : wire.type);
  if (jsonType(a) !== jsonType(b)) return false;
  if (a.values === undefined || b.values === undefined) return true;
  return !new Set(a.values).isDisjointFrom(new Set(b.values));
}
