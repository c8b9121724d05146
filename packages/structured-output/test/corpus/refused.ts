import { z } from "zod";
import { refusedCombinations } from "./combinations.ts";

const point = z.object({ x: z.number(), y: z.number() });

/** Schemas that no answer can have the form of, with the place where they say so. */
export const refused: Readonly<
  Record<string, { schema: z.ZodType; path: string; code: "unsupported" | "limit" }>
> = {
  "an instance of a class": {
    schema: z.object({ at: z.instanceof(URL) }),
    path: "$.at",
    code: "unsupported",
  },
  "a custom type": { schema: z.array(z.custom<() => void>()), path: "$[]", code: "unsupported" },
  "a function": {
    schema: z.object({ "on click": z.function() as unknown as z.ZodType }),
    path: '$["on click"]',
    code: "unsupported",
  },
  "a promise": {
    schema: z.record(z.string(), z.promise(z.string())),
    path: "${}",
    code: "unsupported",
  },
  "a symbol": { schema: z.map(z.symbol(), z.string()), path: "${key}", code: "unsupported" },
  "not a number": { schema: z.tuple([z.string(), z.nan()]), path: "$[1]", code: "unsupported" },
  "a file": {
    schema: z.object({ a: z.object({ upload: z.file() }) }),
    path: "$.a.upload",
    code: "unsupported",
  },
  "nothing but undefined": {
    schema: z.object({ a: z.undefined() }),
    path: "$.a",
    code: "unsupported",
  },
  void: { schema: z.void(), path: "$", code: "unsupported" },
  never: { schema: z.object({ a: z.array(z.never()) }), path: "$.a[]", code: "unsupported" },
  "record keys that are dates": {
    schema: z.record(z.date() as unknown as z.ZodString, z.string()),
    path: "${key}",
    code: "unsupported",
  },
  "an intersection without common values": {
    schema: z.object({ a: z.intersection(z.string(), z.number()) }),
    path: "$.a",
    code: "unsupported",
  },
  "an intersection of lists": {
    schema: z.object({ a: refusedCombinations["intersection of lists"] }),
    path: "$.a",
    code: "unsupported",
  },
  "an intersection of an object and a record": {
    schema: refusedCombinations["object and record intersected"],
    path: "$",
    code: "unsupported",
  },
  "a schema that never ends": {
    schema: endless(),
    path: `${"$.child".padEnd(80, ".child")}…`,
    code: "limit",
  },
  "a schema that is nothing but itself": {
    schema: z.object({ itself: onlyItself() }),
    path: "$.itself",
    code: "unsupported",
  },
  "an intersection with itself": {
    schema: z.object({ a: intersectedWithItself() }),
    path: "$.a",
    code: "unsupported",
  },
  "an enum of nothing": { schema: z.object({ a: z.enum([]) }), path: "$.a", code: "unsupported" },
  "a literal that JSON has not": {
    schema: z.object({ a: z.literal(Infinity) }),
    path: "$.a",
    code: "unsupported",
  },
  "3000 wrappers": {
    schema: Array.from({ length: 3000 }).reduce<z.ZodType>((inner) => inner.optional(), z.string()),
    path: "$…",
    code: "limit",
  },
  "11 levels beside a part called d": {
    schema: z.object({ d: point, other: point, deep: deep(10) }),
    path: "$.deep.a.a.a.a.a.a.a.a.a",
    code: "limit",
  },
  "11 levels within a cycle": {
    schema: z.object({ cycle: cycleWith(deep(10)) }),
    path: "$defs.b.deep.a.a.a.a.a.a.a.a.a",
    code: "limit",
  },
  "11 levels": { schema: deep(11), path: "$.a.a.a.a.a.a.a.a.a.a", code: "limit" },
  "5001 properties": {
    schema: z.object(
      Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`p${index}`, z.string()])),
    ),
    path: "$",
    code: "limit",
  },
  "1001 enum values": {
    schema: z.object({
      a: z.enum(Array.from({ length: 1001 }, (_, index) => `v${index}`) as [string]),
    }),
    path: "$.a",
    code: "limit",
  },
  "unions of objects intersected": {
    schema: Array.from({ length: 10 }, (_, index) =>
      z.union([z.object({ [`a${index}`]: z.string() }), z.object({ [`b${index}`]: z.string() })]),
    ).reduce<z.ZodType>((left, right) => z.intersection(left, right), z.object({})),
    path: "$",
    code: "unsupported",
  },
  "a large enum of long values": {
    schema: z.object({
      a: z.enum(Array.from({ length: 251 }, (_, index) => `${index}`.padEnd(60, "x")) as [string]),
    }),
    path: "$.a",
    code: "limit",
  },
  "too many characters": {
    schema: z.object({ ["k".repeat(120_001)]: z.string() }),
    path: "$",
    code: "limit",
  },
};

function endless(): z.ZodType {
  return z.object({ child: z.lazy(() => endless()) });
}

function deep(levels: number): z.ZodType {
  return z.object({ a: levels === 1 ? z.string() : deep(levels - 1) });
}

function onlyItself(): z.ZodType {
  const itself: z.ZodType = z.lazy(() => itself.transform((value) => value));
  return itself;
}

function intersectedWithItself(): z.ZodType {
  const itself: z.ZodType = z.lazy(() => z.intersection(z.object({ x: z.string() }), itself));
  return itself;
}

function cycleWith(inner: z.ZodType): z.ZodType {
  const a: z.ZodType = z.object({
    get b() {
      return b;
    },
    get c() {
      return b;
    },
  });
  const b: z.ZodType = z.object({ deep: inner, a: z.lazy(() => a).nullable() });
  return a;
}
