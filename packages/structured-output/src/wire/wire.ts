/**
 * What the model writes, as a graph: the part of JSON Schema that the service's strict mode can say. Shared and
 * recursive parts are the same object reached twice; `toJsonSchema` turns those into `$defs`.
 */
export type Wire = WireValue | WireArray | WireObject | WireChoice | WireNote | WireLater;

export type WireScalar = string | number | boolean | null;

/** One JSON scalar: of a type, or one of `values`. `keywords` are constraints that strict mode enforces. */
export interface WireValue {
  readonly kind: "value";
  readonly type: "string" | "number" | "integer" | "boolean" | "null";
  readonly values?: readonly WireScalar[];
  readonly keywords?: Readonly<Record<string, string | number>>;
}

export interface WireArray {
  readonly kind: "array";
  readonly items: Wire;
  readonly keywords?: Readonly<Record<string, number>>;
}

/** A closed object: exactly these properties, each of them always there. */
export interface WireObject {
  readonly kind: "object";
  readonly properties: ReadonlyMap<string, Wire>;
}

interface WireChoice {
  readonly kind: "choice";
  readonly options: readonly Wire[];
}

/** The same wire with something said about it. */
export interface WireNote {
  readonly kind: "note";
  readonly wire: Wire;
  readonly title?: string | undefined;
  /** Asked for when the whole graph is known. */
  readonly text: () => string | undefined;
}

/** A wire that is known only when the whole graph is; `undefined` while it is being found out. */
export interface WireLater {
  readonly kind: "later";
  readonly resolve: () => Wire | undefined;
}

export const anyString: WireValue = { kind: "value", type: "string" };
export const nullWire: WireValue = { kind: "value", type: "null" };

/** The wire without notes and detours; `undefined` while it is being found out. */
export function bareWire(wire: Wire | undefined): Exclude<Wire, WireNote | WireLater> | undefined {
  let bare = wire;
  while (bare?.kind === "note" || bare?.kind === "later")
    bare = bare.kind === "note" ? bare.wire : bare.resolve();
  return bare;
}

/** What is said about a wire, from the outside in. */
export function notesOf(wire: Wire): WireNote[] {
  return wire.kind === "note" ? [wire, ...notesOf(wire.wire)] : [];
}

/** The first key as JSON text will have it: integer-like keys come before all others. */
export function firstKeyOf(wire: WireObject): string | undefined {
  return Object.keys(Object.fromEntries(wire.properties))[0];
}
