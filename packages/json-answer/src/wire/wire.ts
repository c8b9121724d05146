/** The form of the model's answer, as a graph. A shared or recursive part is one object with several references. */
export type Wire = WireValue | WireArray | WireObject | WireChoice;

/** A place of the graph. */
export interface Written {
  /** `undefined` during compilation. */
  readonly wire: Wire | undefined;
  readonly title?: string | undefined;
  /** Further notes on this place; read when the whole graph is known. */
  readonly text?: (() => string | undefined) | undefined;
  /** False for JSON of this form that its schema refuses for another reason. @default none */
  readonly holds?: ((json: unknown) => boolean) | undefined;
}

type WireScalar = string | number | boolean | null;

/** One JSON scalar: of a type, or one of `values`. `keywords` are constraints that strict mode enforces. */
export interface WireValue {
  readonly kind: "value";
  readonly type: "string" | "number" | "integer" | "boolean" | "null";
  readonly values?: readonly WireScalar[];
  readonly keywords?: Readonly<Record<string, string | number>>;
}

export interface WireArray {
  readonly kind: "array";
  readonly items: Written;
  readonly keywords?: Readonly<Record<string, number>> | undefined;
}

/** A closed object: exactly these properties, all of them required. */
export interface WireObject {
  readonly kind: "object";
  readonly properties: ReadonlyMap<string, Written>;
}

interface WireChoice {
  readonly kind: "choice";
  readonly options: readonly Written[];
}

export const anyString: WireValue = { kind: "value", type: "string" };
export const nullWire: WireValue = { kind: "value", type: "null" };

/** The first key in JSON text: integer-like keys precede all others. */
export function firstKeyOf(wire: WireObject): string | undefined {
  return Object.keys(Object.fromEntries(wire.properties))[0];
}
