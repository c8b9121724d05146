import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { accepts } from "./accepts.ts";
import type { Catchall } from "./face.ts";
import { isNothing, type Met, type Nothing } from "./met.ts";
import { takesAny } from "./object-face.ts";
import type { Walk } from "./walk.ts";

/** How properties are written that no side names. */
export interface Others {
  readonly value: CompiledNode;
  /** Set if only certain keys are taken; zod drops others, or refuses them. */
  readonly only?: { readonly key: CompiledNode; takes(name: string): boolean };
}

/** What the sides that take other properties have in common; `undefined` if there is no such side. */
export function compileOthers(
  catchalls: readonly Catchall[],
  path: string,
  walk: Walk,
  compileEach: (schemas: readonly z.core.SomeType[]) => Met,
): Others | Nothing | undefined {
  const open = catchalls.flatMap(({ value, only }) => (value ? [{ value, only }] : []));
  if (open.length === 0) return;
  const certain = open.flatMap(({ only }) => only ?? []);
  const always = open.filter(({ only }) => only === undefined).map(({ value }) => value);
  const [key, ...more] = new Set(certain.map((only) => only.key));
  if (more.length > 0 || (key !== undefined && !always.every(takesAny))) throw severalKinds(path);
  if (key === undefined || always.length > 0) {
    const value = compileEach([...always, ...certain.map((only) => only.looseValue())]);
    return isNothing(value) ? value : { value };
  }
  const value = compileEach(open.map((catchall) => catchall.value));
  if (isNothing(value)) return value;
  const keyNode = walk.compile(key, `${path}{key}`);
  return { value, only: { key: keyNode, takes: (name) => accepts(key, name) } };
}

function severalKinds(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "what a value may be depends on its key, which no strict JSON Schema can say",
    suggestion: "Make each record a property of its own, or one record with a z.union() of values.",
  });
}
