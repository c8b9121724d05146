import { sentences } from "@ktx/json-answer/wire";
import type { JsonSchemaPart } from "./rewrite-json-schema.ts";

/** The options for a library's constraints without a JSON Schema form. The library checks the value in any case. */
export const libraryOptions: Readonly<Partial<Record<string, Record<string, unknown>>>> = {
  arktype: {
    fallback: {
      // The library would write these as a schema of any value, and then refuse every answer.
      date: refuse,
      domain: refuse,
      proto: refuse,
      // One of several values may lack a JSON form; a single one is refused, since it would accept no value.
      unit: () => ({ not: {} }),
      symbolKey: ({
        optional,
        base,
      }: {
        readonly optional: boolean;
        readonly base: JsonSchemaPart;
      }) => (optional ? base : refuse({ code: "symbol" })),
    },
  },
  // The library would throw for every constraint without a JSON Schema form.
  valibot: { overrideAction },
};

function refuse({ code }: { readonly code: string }): never {
  throw new Error(`a ${code === "date" ? "Date" : "value of this kind"} has no JSON form`);
}

interface ValibotAction {
  readonly valibotAction: {
    readonly type: string;
    readonly requirement?: unknown;
    readonly message?: unknown;
  };
  readonly jsonSchema: JsonSchemaPart;
  readonly errors?: readonly unknown[] | undefined;
}

function overrideAction({ valibotAction, jsonSchema, errors }: ValibotAction): unknown {
  const { type, requirement, message } = valibotAction;
  if (shortTimes.has(type)) {
    const { format: _, ...others } = jsonSchema;
    return requirement instanceof RegExp ? { pattern: requirement.source, ...others } : others;
  }
  if (errors === undefined) return undefined;
  const { pattern, ...others } = jsonSchema;
  const isRegex = type === "regex" && requirement instanceof RegExp;
  // Without its flags, the pattern has another meaning.
  const keeps = pattern !== undefined && !(isRegex && pattern === requirement.source);
  const description = sentences([
    others["description"],
    isRegex && `Matches ${String(requirement)}.`,
    typeof message === "string" && `Rule: ${message}`,
  ]);
  return {
    ...others,
    ...(keeps && { pattern }),
    ...(description !== undefined && { description }),
  };
}

/** The library writes these as `time` and `date-time`, with seconds and an offset, but accepts neither. */
const shortTimes: ReadonlySet<string> = new Set(["iso_time", "iso_date_time"]);
