import { z } from "zod";

const position = z.union([
  z.tuple([z.number(), z.number()]),
  z.tuple([z.number(), z.number(), z.number()]),
]);
const geometry = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Point"), coordinates: position }),
  z.object({ type: z.literal("LineString"), coordinates: z.array(position).min(2) }),
  z.object({ type: z.literal("Polygon"), coordinates: z.array(z.array(position)) }),
]);

const personOfTree: z.ZodType = z.lazy(() =>
  z.object({
    name: z.string(),
    born: z.iso.date().nullable(),
    parents: z.tuple([personOfTree.nullable(), personOfTree.nullable()]).optional(),
  }),
);

const richText: z.ZodType = z.lazy(() =>
  z.union([
    z.string(),
    z.object({
      tag: z.enum(["p", "b", "i", "a", "ul", "li"]),
      attributes: z.record(z.string(), z.string()).optional(),
      children: z.array(richText),
    }),
  ]),
);

/** Things of the world: places, families, texts, games, measurements. */
export const worldData: Readonly<Record<string, z.ZodType>> = {
  "GeoJSON feature collection": z.object({
    type: z.literal("FeatureCollection"),
    features: z.array(
      z.object({
        type: z.literal("Feature"),
        id: z.union([z.string(), z.number()]).optional(),
        geometry: geometry.nullable(),
        properties: z.record(z.string(), z.json()).nullable(),
      }),
    ),
  }),
  "weather report": z.object({
    station: z.string(),
    at: z.date(),
    temperature: z.number().nullable(),
    wind: z.object({ from: z.enum(["N", "E", "S", "W"]), knots: z.number() }).nullish(),
    forecast: z.map(z.iso.date(), z.object({ low: z.number(), high: z.number() })),
  }),
  "family tree": personOfTree,
  "rich text": z.object({ title: z.string(), body: z.array(richText) }),
  quiz: z.object({
    questions: z.array(
      z.discriminatedUnion("kind", [
        z.object({
          kind: z.literal("choice"),
          text: z.string(),
          options: z.array(z.string()).min(2),
          correct: z.set(z.int()),
        }),
        z.object({
          kind: z.literal("number"),
          text: z.string(),
          answer: z.number(),
          tolerance: z.number().default(0),
        }),
        z.object({ kind: z.literal("open"), text: z.string(), rubric: z.string().optional() }),
      ]),
    ),
  }),
  "entity extraction": z.object({
    entities: z.array(
      z.object({
        text: z.string(),
        kind: z.enum(["person", "place", "organisation", "date"]),
        span: z.tuple([z.int(), z.int()]),
        wikidata: z
          .string()
          .regex(/^Q\d+$/)
          .optional(),
      }),
    ),
    relations: z.array(z.tuple([z.int(), z.string(), z.int()])),
  }),
  "chess game": z.object({
    players: z.object({ white: z.string(), black: z.string() }),
    moves: z.array(z.tuple([z.string(), z.string().optional()])),
    result: z.enum(["1-0", "0-1", "1/2-1/2"]).nullable(),
    clock: z.object({ initial: z.int(), increment: z.int() }).optional(),
  }),
  "travel itinerary": z.object({
    traveller: z.string(),
    legs: z.array(
      z.union([
        z.object({
          mode: z.literal("flight"),
          number: z.string(),
          from: z.string().length(3),
          to: z.string().length(3),
          departs: z.date(),
          seat: z.string().optional(),
        }),
        z.object({
          mode: z.literal("train"),
          operator: z.string().nullable(),
          from: z.string(),
          to: z.string(),
          departs: z.date(),
        }),
        z.object({ mode: z.literal("stay"), place: z.string(), nights: z.int().positive() }),
      ]),
    ),
    budget: z.partialRecord(z.enum(["transport", "lodging", "food"]), z.number()).optional(),
  }),
  "sensor readings": z.object({
    device: z.uuid(),
    unit: z.enum(["C", "F", "K"]),
    readings: z.array(z.tuple([z.date(), z.number().nullable()])),
    firmware: z.string().nullish(),
  }),
  "book catalogue": z.array(
    z.object({
      isbn: z.string().optional(),
      title: z.string(),
      authors: z.array(z.string()).min(1),
      published: z.union([z.int(), z.iso.date()]).nullable(),
      subjects: z.set(z.string()),
    }),
  ),
};
