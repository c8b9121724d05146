import { z } from "zod";

/** Schemas of a tool's property, and what the model is to be shown of them. */
export const offeredShapes: readonly (readonly [
  name: string,
  schema: z.ZodType,
  shown: unknown,
])[] = [
  [
    "a union",
    z.union([z.int().min(1), z.email()]),
    {
      anyOf: [
        { type: "integer", description: "At least 1." },
        { type: "string", description: "An email address." },
      ],
    },
  ],
  [
    "a discriminated union",
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), n: z.number().max(3) }),
      z.object({ kind: z.literal("b") }),
    ]),
    {
      oneOf: [
        {
          type: "object",
          properties: {
            kind: { type: "string", enum: ["a"] },
            n: { type: "number", description: "At most 3." },
          },
          required: ["kind", "n"],
        },
        {
          type: "object",
          properties: { kind: { type: "string", enum: ["b"] } },
          required: ["kind"],
        },
      ],
    },
  ],
  [
    "a nullable value",
    z.string().min(1).nullable(),
    {
      anyOf: [{ type: "string", description: "At least 1 character." }, { type: "null" }],
    },
  ],
  [
    "a mixed enum",
    z.enum({ A: 1, B: "x" }),
    {
      anyOf: [
        { type: "number", enum: [1] },
        { type: "string", enum: ["x"] },
      ],
    },
  ],
  [
    "a described mixed literal",
    z.literal([true, "auto"]).describe("How"),
    {
      description: "How",
      anyOf: [
        { type: "boolean", enum: [true] },
        { type: "string", enum: ["auto"] },
      ],
    },
  ],
  [
    "a record of named keys",
    z.record(z.enum(["a", "b"]), z.number().min(0)),
    {
      type: "object",
      properties: {
        a: { type: "number", description: "At least 0." },
        b: { type: "number", description: "At least 0." },
      },
      required: ["a", "b"],
      additionalProperties: false,
    },
  ],
  [
    "a partial record",
    z.partialRecord(z.literal(["a"]), z.boolean()),
    {
      type: "object",
      properties: { a: { type: "boolean" } },
      additionalProperties: false,
    },
  ],
  [
    "a record with a rule for its keys",
    z.record(z.string().max(8), z.string()),
    {
      type: "object",
      properties: {},
      additionalProperties: { type: "string" },
      description: "Each key: At most 8 characters.",
    },
  ],
  [
    "a strict object",
    z.strictObject({ a: z.string().optional() }),
    {
      type: "object",
      properties: { a: { type: "string" } },
      additionalProperties: false,
    },
  ],
  [
    "a loose object",
    z.looseObject({ a: z.string() }),
    {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: {},
    },
  ],
  [
    "a property that cannot be given",
    z.object({ a: z.never().optional(), b: z.string() }),
    {
      type: "object",
      properties: { b: { type: "string" } },
      required: ["b"],
    },
  ],
  [
    "anything that is described",
    z.unknown().describe("Whatever"),
    {
      description: "Whatever",
      anyOf: [{}],
    },
  ],
  ["anything", z.any(), {}],
  [
    "a list of anything",
    z.array(z.unknown()).max(2),
    {
      type: "array",
      items: {},
      description: "At most 2 items.",
    },
  ],
  [
    "a tuple with a rest",
    z.tuple([z.string()]).rest(z.int().min(1)),
    {
      type: "object",
      properties: {
        "0": { type: "string" },
        rest: { type: "array", items: { type: "integer", description: "At least 1." } },
      },
      required: ["0"],
      additionalProperties: false,
    },
  ],
  [
    "an empty tuple",
    z.tuple([]),
    {
      type: "object",
      properties: {},
      required: [],
      additionalProperties: false,
    },
  ],
  [
    "a described tuple with an optional position",
    z.tuple([z.string(), z.number().optional()]).describe("Pair"),
    {
      type: "object",
      description: "Pair",
      properties: { "0": { type: "string" }, "1": { type: "number" } },
      required: ["0"],
      additionalProperties: false,
    },
  ],
  [
    "an intersection",
    z.intersection(z.object({ a: z.int().min(1) }), z.record(z.string(), z.unknown())),
    {
      allOf: [
        {
          type: "object",
          properties: { a: { type: "integer", description: "At least 1." } },
          required: ["a"],
        },
        { type: "object", properties: {}, additionalProperties: {} },
      ],
    },
  ],
  [
    "what has an id",
    z.object({ a: z.string().min(1) }).meta({ id: "Thing" }),
    {
      type: "object",
      properties: { a: { type: "string", description: "At least 1 character." } },
      required: ["a"],
    },
  ],
];
