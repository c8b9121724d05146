import type { z } from "zod";

/** A type that JSON cannot represent. */
export interface UnwritableType {
  readonly what: string;
  /** The nearest thing that works. */
  readonly fix: string;
}

/** The reason why values of a schema, apart from its parts, are not JSON; `undefined` if they are. */
export function unwritableType(
  schema: z.core.$ZodTypes,
  io: "input" | "output",
): UnwritableType | undefined {
  const { def } = schema._zod;
  const type = def.type === "literal" ? unwritableLiteral(def.values) : def.type;
  // zod writes a file as a text, which it does not accept.
  if (type === "file") return io === "input" ? file : undefined;
  return type === undefined ? undefined : unwritableTypes.get(type);
}

function unwritableLiteral(values: readonly unknown[]): string | undefined {
  return ["undefined", "bigint", "symbol"].find((type) =>
    values.some((value) => typeof value === type),
  );
}

const file: UnwritableType = {
  what: "a file, which no client can send",
  fix: "Use z.base64() for its bytes, or z.url() for its location.",
};

const onlyUndefined: UnwritableType = {
  what: "nothing but undefined",
  fix: "Use z.null(), or make it .optional().",
};

const converted = "and .transform() it into what the tool needs";

const unwritableTypes: ReadonlyMap<string, UnwritableType> = new Map([
  ["bigint", { what: "a bigint", fix: `Use z.int(), or z.string() of digits ${converted}.` }],
  [
    "custom",
    {
      what: "z.custom() or z.instanceof()",
      fix: "Use the schema of the JSON form and convert it with .transform(), as in z.url().transform((url) => new URL(url)).",
    },
  ],
  ["date", { what: "a Date", fix: `Use z.iso.datetime() ${converted}.` }],
  ["function", { what: "a function", fix: "Leave it out, or use a z.enum() of names." }],
  ["map", { what: "a Map", fix: `Use z.record() ${converted}.` }],
  ["nan", { what: "NaN", fix: "Use z.null() or z.number().nullable()." }],
  ["set", { what: "a Set", fix: `Use z.array() ${converted}.` }],
  ["symbol", { what: "a symbol", fix: "Use a z.enum() of names." }],
  [
    "transform",
    {
      what: "a transform of anything",
      fix: "Name the input and the output: z.string().transform(…).pipe(z.number()).",
    },
  ],
  ["undefined", onlyUndefined],
  ["void", onlyUndefined],
]);
