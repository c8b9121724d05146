import * as fc from "fast-check";
import { z } from "zod";

/** Random values of what a zod schema takes as input. `depth` ends recursion. */
export function arbitraryInput(schema: z.core.SomeType, depth = 4): fc.Arbitrary<unknown> {
  if (depth < -8) throw new RangeError("The schema needs values of endless depth.");
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const inner = (part: z.core.SomeType) => arbitraryInput(part, depth - 1);
  switch (def.type) {
    case "string":
      return arbitraryString(schema);
    case "template_literal":
      return schema._zod.pattern
        ? fc.stringMatching(schema._zod.pattern).filter((text) => accepts(schema, text))
        : fc.string();
    case "number":
      return fc
        .oneof(
          fc.integer({ min: -1000, max: 1000 }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.constantFrom(0, 1, 0.5, 5),
        )
        .map((value) => (Object.is(value, -0) ? 0 : value))
        .filter((value) => accepts(schema, value));
    case "boolean":
      return fc.boolean();
    case "bigint":
      return fc
        .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
        .filter((value) => accepts(schema, value));
    case "date":
      return fc
        .date({
          min: new Date("1970-01-01T00:00:00Z"),
          max: new Date("2100-01-01T00:00:00Z"),
          noInvalidDate: true,
        })
        .filter((value) => accepts(schema, value));
    case "null":
      return fc.constant(null);
    case "undefined":
    case "void":
      return fc.constant(undefined);
    case "any":
    case "unknown":
      return fc
        .jsonValue({ maxDepth: 2 })
        .map((value): unknown => JSON.parse(JSON.stringify(value)));
    case "literal":
      return fc.constantFrom(...def.values);
    case "enum":
      return fc.constantFrom(...z.core.util.getEnumValues(def.entries));
    case "object":
      return arbitraryObject(def, inner);
    case "array":
      return arbitraryList(schema, def.element, depth);
    case "set":
      return arbitraryList(schema, def.valueType, depth).map((items) => new Set(items));
    case "tuple":
      return arbitraryTuple(def, inner, depth);
    case "map":
      return depth > 0
        ? fc
            .array(fc.tuple(inner(def.keyType), inner(def.valueType)), { maxLength: 3 })
            .map((entries) => new Map(entries))
        : fc.constant(new Map());
    case "record":
      return arbitraryRecord(def, inner, depth);
    case "union":
      return oneOf(
        def.options.map((option) => () => inner(option).filter((value) => accepts(option, value))),
      );
    case "intersection":
      return fc
        .tuple(inner(def.left), inner(def.right))
        .map(([left, right]) => mergeInputs(left, right))
        .filter((value) => accepts(schema, value));
    case "optional":
    case "default":
    case "prefault":
      return orElse(def.innerType, undefined, depth);
    case "nullable":
      return orElse(def.innerType, null, depth);
    case "nonoptional":
      return inner(def.innerType).filter((value) => value !== undefined);
    case "catch":
    case "readonly":
      return inner(def.innerType);
    case "lazy":
      return arbitraryInput((schema as z.core.$ZodLazy)._zod.innerType, depth - 1);
    case "pipe":
      return arbitraryPipe(def, depth);
    case "never":
      return fc.constant(undefined).filter(() => false);
    default:
      throw new TypeError(`No values are known of z.${def.type}().`);
  }
}

/** What fits both sides of an intersection, if anything of the two does. */
function mergeInputs(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right))
    return left.slice(0, right.length).map((item, index) => mergeInputs(item, right[index]));
  return isObject(left) && isObject(right) ? { ...right, ...left } : left;
}

function orElse(schema: z.core.SomeType, otherwise: unknown, depth: number): fc.Arbitrary<unknown> {
  if (depth <= 0 || schema._zod.def.type === "never") return fc.constant(otherwise);
  return fc.oneof(arbitraryInput(schema, depth - 1), fc.constant(otherwise));
}

/** One of the alternatives that come to an end. */
function oneOf(alternatives: readonly (() => fc.Arbitrary<unknown>)[]): fc.Arbitrary<unknown> {
  const ending = alternatives.flatMap((alternative) => {
    try {
      return [alternative()];
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
  if (ending.length === 0) throw new RangeError("No alternative comes to an end.");
  return fc.oneof(...ending);
}

function arbitraryObject(
  def: z.core.$ZodObjectDef,
  inner: (part: z.core.SomeType) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const keys = Object.keys(def.shape);
  const known = fc.tuple(...keys.map((key) => inner(def.shape[key] ?? z.never())));
  const open = def.catchall !== undefined && def.catchall._zod.def.type !== "never";
  const others =
    open && def.catchall
      ? fc.array(fc.tuple(fc.string(), inner(def.catchall)), { maxLength: 2 })
      : fc.constant([]);
  return fc
    .tuple(known, others)
    .map(([values, more]) =>
      Object.fromEntries([
        ...more.filter(([key]) => !keys.includes(key) && key !== "__proto__"),
        ...keys
          .map((key, index) => [key, values[index]] as const)
          .filter(([key, value]) => value !== undefined || isMissed(key, def.shape[key])),
      ]),
    );
}

/** A property that zod wants to see even where it is `undefined`, so that it does not find one on the prototype. */
function isMissed(key: string, schema: z.core.SomeType | undefined): boolean {
  return schema?._zod.optin === undefined || key in Object.prototype;
}

function arbitraryTuple(
  def: z.core.$ZodTupleDef,
  inner: (part: z.core.SomeType) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const rest =
    def.rest && depth > 0 ? fc.array(inner(def.rest), { maxLength: 2 }) : fc.constant([]);
  return fc.tuple(fc.tuple(...def.items.map(inner)), rest).map(([items, more]) => {
    if (more.length > 0) return [...items, ...more];
    return items.slice(0, items.findLastIndex((item) => item !== undefined) + 1);
  });
}

function arbitraryRecord(
  def: z.core.$ZodRecordDef,
  inner: (part: z.core.SomeType) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const values =
    def.keyType._zod.def.type === "enum" || def.keyType._zod.def.type === "literal"
      ? namesOf(def.keyType)
      : undefined;
  if (values !== undefined)
    return fc
      .tuple(
        ...values.map(() =>
          def.partial ? fc.option(inner(def.valueType), { nil: undefined }) : inner(def.valueType),
        ),
      )
      .map((all) =>
        Object.fromEntries(
          values
            .map((key, index) => [key, all[index]] as const)
            .filter(([, value]) => value !== undefined),
        ),
      );
  if (depth <= 0) return fc.constant({});
  const key =
    def.keyType._zod.def.type === "number" ? fc.integer().map(String) : inner(def.keyType);
  return fc
    .array(fc.tuple(key, inner(def.valueType)), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== "__proto__")));
}

function namesOf(schema: z.core.SomeType): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "literal") return def.values.map(String);
  return def.type === "enum" ? z.core.util.getEnumValues(def.entries).map(String) : [];
}

function arbitraryPipe(def: z.core.$ZodPipeDef, depth: number): fc.Arbitrary<unknown> {
  if (def.in._zod.def.type === "string" && def.out._zod.def.type === "boolean")
    return fc.constantFrom("true", "false", "yes");
  return arbitraryInput(def.in._zod.def.type === "transform" ? def.out : def.in, depth);
}

const samples: Readonly<Record<string, fc.Arbitrary<string>>> = {
  email: fc.emailAddress(),
  uuid: fc.uuid(),
  url: fc.webUrl(),
  datetime: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString()),
  date: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  time: fc.constantFrom("00:00:00", "12:34:56", "23:59:59.5"),
  ipv4: fc.ipV4(),
  base64: fc.base64String(),
  e164: fc.stringMatching(/^\+[1-9]\d{6,14}$/),
  regex: fc.constantFrom("az", "a-z", "abc", "tmp", "a very long z"),
  starts_with: fc.string().map((text) => `<a=${text}>`),
};

function arbitraryString(schema: z.core.SomeType): fc.Arbitrary<string> {
  const checks = [
    ...(schema._zod.traits.has("$ZodCheck") ? [schema._zod.def] : []),
    ...(schema._zod.def.checks ?? []).map((check) => check._zod.def),
  ];
  const formats = checks.flatMap((check) =>
    "format" in check && typeof check.format === "string" ? [check] : [],
  );
  const [format] = formats;
  const exact = checks.flatMap((check) =>
    "length" in check && typeof check.length === "number" ? [check.length] : [],
  )[0];
  const pattern =
    format &&
    "pattern" in format &&
    format.pattern instanceof RegExp &&
    !format.pattern.source.includes("(?") &&
    formats.length === 1
      ? format.pattern
      : undefined;
  const sample =
    format?.format === "regex" && pattern
      ? fc.stringMatching(pattern)
      : samples[String(format?.format)];
  const free =
    exact === undefined
      ? fc.string({ unit: "grapheme", maxLength: 60 })
      : fc.string({ minLength: exact, maxLength: exact });
  return (sample ?? free).filter((text) => accepts(schema, text));
}

function arbitraryList(
  schema: z.core.SomeType,
  element: z.core.SomeType,
  depth: number,
): fc.Arbitrary<unknown[]> {
  const checks = (schema._zod.def.checks ?? []).map((check) => check._zod.def);
  const least = checks.flatMap((check) =>
    "minimum" in check && typeof check.minimum === "number" ? [check.minimum] : [],
  );
  const minLength = Math.max(0, ...least);
  if (depth <= 0 && minLength === 0) return fc.constant([]);
  const maxLength = Math.max(minLength, depth > 0 ? 3 : 0);
  return fc.array(arbitraryInput(element, depth - 1), { minLength, maxLength });
}

function accepts(schema: z.core.SomeType, value: unknown): boolean {
  try {
    return z.core.safeParse(schema as z.core.$ZodType, value).success;
  } catch {
    return true;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
