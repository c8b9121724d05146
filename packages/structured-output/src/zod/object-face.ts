import type { z } from "zod";
import { accepts } from "./accepts.ts";
import { checksOf } from "./checks-of.ts";
import { looseValueOf, namesOf } from "./compile-collection.ts";
import type { Catchall, ObjectFace } from "./face.ts";
import { refuse } from "./refuse.ts";
import type { Walk } from "./walk.ts";

/** An object, by its parts. */
export function objectFaceOf(def: z.core.$ZodObjectDef, path: string): ObjectFace {
  if (Object.getOwnPropertySymbols(def.shape).length > 0) throw refuse("symbol", path);
  const { shape, catchall } = def;
  if (catchall === undefined) return faceOf(shape);
  if (catchall._zod.def.type === "never") return { ...faceOf(shape), isStrict: true };
  const valueAt = (key: string) =>
    Object.hasOwn(shape, key) || takesAny(catchall) ? undefined : catchall;
  return faceOf(shape, { valueAt, value: catchall });
}

/** A record as an object: of certain keys, or of any. `undefined` where keys are no strings. */
export function recordFaceOf(
  def: z.core.$ZodRecordDef,
  path: string,
  walk: Walk,
): ObjectFace | undefined {
  const { keyType, valueType } = def;
  const names = namesOf(keyType, `${path}{key}`);
  if (names !== undefined) {
    const own = def.partial ? [] : [valueType];
    const shape = new Map(names.map((name) => [name, own]));
    const valueAt = (key: string) => (shape.has(key) ? valueType : undefined);
    const catchalls = def.partial ? [{ valueAt }] : [];
    return { kind: "object", shape, isStrict: def.mode !== "loose", catchalls, notes: [] };
  }
  // zod does not look at a value whose key the record refuses, where another side knows the key.
  const valueAt = (key: string) =>
    takesAny(valueType) || !accepts(keyType, key) ? undefined : valueType;
  const looseValue = () => looseValueOf(def, path, walk);
  if (def.mode === "loose") return faceOf({}, { valueAt, value: looseValue() });
  if (keyType._zod.def.type !== "string") return;
  const only = checksOf(keyType).length > 0 ? { key: keyType, looseValue } : undefined;
  return faceOf({}, { valueAt, value: valueType, only });
}

function faceOf(
  shape: Readonly<Record<string, z.core.SomeType>>,
  ...catchalls: readonly Catchall[]
): ObjectFace {
  const properties = Object.entries(shape).map(([key, schema]) => [key, [schema]] as const);
  return { kind: "object", shape: new Map(properties), isStrict: false, catchalls, notes: [] };
}

/** Whether a schema takes anything, and leaves it as it is. */
export function takesAny({ _zod: { def } }: z.core.SomeType): boolean {
  return def.type === "unknown" || def.type === "any";
}
