import { anyString, nullWire, type WireValue } from "@ktx/json-answer/wire";
import { inspect } from "node:util";
import { z } from "zod";
import { attempt } from "../attempt.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** A scalar that is its own JSON. A single constant is its own label. */
export function plainNode(wire: WireValue, label: string = wire.type): CompiledNode {
  const { values } = wire;
  return {
    wire,
    label: values?.length === 1 ? String(values[0]) : label,
    ...(values && { accepts: (value: unknown) => values.some((constant) => constant === value) }),
    encode: (value) => value,
    decode: (json) => json,
  };
}

export const nullNode: CompiledNode = {
  ...plainNode(nullWire),
  accepts: (value) => value === null,
};

/** `undefined`, or an absent property: the model writes null. */
export const absentNode: CompiledNode = {
  wire: nullWire,
  label: "absent",
  conversion: "absent",
  accepts: (value) => value === undefined,
  encode: () => null,
  decode: (json) => (json === null ? undefined : json),
};

/** A `Date`, written as an ISO date-time. */
export const dateNode: CompiledNode = {
  wire: { kind: "value", type: "string", keywords: { format: "date-time" } },
  label: "date",
  conversion: "date",
  encode: (value) => (value instanceof Date ? writeDate(value) : value),
  decode: (json) => (typeof json === "string" ? readDate(json) : json),
};

/** An invalid date, which only `.catch()` accepts, becomes a text that decodes to an invalid date. */
function writeDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? String(date) : date.toISOString();
}

/** A date, or a date with time and offset. `new Date()` alone would accept "about 5", "2024-02-30" and local times. */
function readDate(text: string): Date | string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const isDate = isoDate.test(text) || isoDateTime.test(text) || date.toISOString() === text;
  return isDate ? date : text;
}

const isoDate = z.regexes.date;
const isoDateTime = z.regexes.datetime({ offset: true });

/** A bigint, or one of the given ones, written as its decimal digits. */
export function bigintNode(values?: readonly bigint[]): CompiledNode {
  const form = values ? { values: values.map(String) } : { keywords: { pattern: "^-?[0-9]+$" } };
  return {
    wire: { kind: "value", type: "string", ...form },
    label: "bigint",
    conversion: "bigint",
    accepts: (value) => typeof value === "bigint" && values?.includes(value) !== false,
    encode: (value) => (typeof value === "bigint" ? value.toString() : value),
    decode: (json) => (typeof json === "string" && /^-?\d+$/.test(json) ? BigInt(json) : json),
  };
}

/** Any JSON value, written as JSON text: strict mode has no schema for it. */
export const jsonTextNode: CompiledNode = {
  wire: anyString,
  text: () => 'Any JSON value, encoded as JSON text: for example [1,2], or "text" with its quotes.',
  label: "json",
  conversion: "json",
  encode: (value) =>
    attempt(() => JSON.stringify(value) ?? "null", undefined) ?? JSON.stringify(inspect(value)),
  decode: (json) =>
    attempt((): unknown => (typeof json === "string" ? JSON.parse(json) : json), json),
};
