import { inspect } from "node:util";
import { z } from "zod";
import { anyString, nullWire, type WireScalar, type WireValue } from "../wire/wire.ts";
import { type CompiledNode, plain } from "./compiled-node.ts";

/** A scalar that is its own JSON. */
export function plainNode(wire: WireValue, label: string = wire.type): CompiledNode {
  return {
    wire,
    label,
    conversion: plain,
    parts: [],
    ...(wire.values && { accepts: (value: unknown) => isAmong(wire.values ?? [], value) }),
    encode: asItIs,
    decode: asItIs,
  };
}

/** A fixed choice of scalars of one JSON type. */
export function valuesNode(
  type: WireValue["type"],
  values: readonly Exclude<WireScalar, null>[],
): CompiledNode {
  return plainNode({ kind: "value", type, values }, values.length === 1 ? String(values[0]) : type);
}

export const nullNode: CompiledNode = {
  ...plainNode(nullWire),
  accepts: (value) => value === null,
};

/** `undefined`, or a property that is not there: the model writes null. */
export const absentNode: CompiledNode = {
  wire: nullWire,
  label: "absent",
  conversion: "absent",
  parts: [],
  accepts: (value) => value === undefined,
  encode: () => null,
  decode: (json) => (json === null ? undefined : json),
};

/** A `Date`, written as an ISO date-time. */
export const dateNode: CompiledNode = {
  wire: { kind: "value", type: "string", keywords: { format: "date-time" } },
  label: "date",
  conversion: "date",
  parts: [],
  encode: (value) => (value instanceof Date ? writeDate(value) : value),
  decode: (json) => (typeof json === "string" ? (readDate(json) ?? json) : json),
};

/** An invalid date, which only `.catch()` takes, becomes a text that is read as an invalid date. */
function writeDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? String(date) : date.toISOString();
}

/**
 * A date alone, or one with a time and its offset. JavaScript also finds a date in "about 5" and in
 * "2024-02-30", and reads a time without an offset as that of the machine.
 */
function readDate(text: string): Date | undefined {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return;
  return isoDate.test(text) || isoDateTime.test(text) || date.toISOString() === text
    ? date
    : undefined;
}

const isoDate = z.regexes.date;
const isoDateTime = z.regexes.datetime({ offset: true });

/** A bigint, written as its decimal digits. */
export const bigintNode: CompiledNode = bigintNodeOf({ pattern: "^-?[0-9]+$" });

/** One of a few bigints. */
export function bigintValuesNode(values: readonly bigint[]): CompiledNode {
  return { ...bigintNodeOf({}, values.map(String)), accepts: (value) => isAmong(values, value) };
}

/** Any JSON value, written as JSON text: strict mode has no schema for it. */
export const jsonTextNode: CompiledNode = {
  wire: {
    kind: "note",
    wire: anyString,
    description:
      'Any JSON value, encoded as JSON text: for example [1,2], or "text" with its quotes.',
  },
  label: "json",
  conversion: "json",
  parts: [],
  encode: (value) => {
    try {
      return JSON.stringify(value) ?? "null";
    } catch {
      return JSON.stringify(inspect(value));
    }
  },
  decode: (json) => {
    if (typeof json !== "string") return json;
    try {
      return JSON.parse(json) as unknown;
    } catch {
      return json;
    }
  },
};

function bigintNodeOf(
  keywords: Readonly<Record<string, string>>,
  values?: readonly string[],
): CompiledNode {
  return {
    wire: { kind: "value", type: "string", keywords, ...(values && { values }) },
    label: "bigint",
    conversion: "bigint",
    parts: [],
    encode: (value) => (typeof value === "bigint" ? value.toString() : value),
    decode: (json) => (typeof json === "string" && /^-?\d+$/.test(json) ? BigInt(json) : json),
  };
}

function isAmong(values: readonly unknown[], value: unknown): boolean {
  return values.includes(value);
}

function asItIs(value: unknown): unknown {
  return value;
}
