import { expect, test } from "vitest";
import { compileOutputSchema, validateOutput } from "../src/index.ts";
import { answerOf } from "./answer-of.ts";
import { corpus } from "./corpus/index.ts";

/** Schemas with rules that strict mode has no keyword for; the model is told of them in words. */
const withRulesInWords: ReadonlySet<string> = new Set([
  "REST error",
  "base64",
  "boolean in words",
  "curriculum vitae",
  "date after another",
  "insurance claim",
  "invoice",
  "local date-time",
  "object with rules",
  "order",
  "package manifest",
  "paginated API answer",
  "phone number",
  "pipe into another schema",
  "positive bigint",
  "product catalogue entry",
  "real estate listing",
  "recursive comments",
  "string with a lookahead",
  "string with a prefix, a suffix and a part",
  "string with two patterns",
  "time of day",
  "travel itinerary",
  "url",
  "webhook event",
]);

test.each(Object.entries(corpus).filter(([name]) => !withRulesInWords.has(name)))(
  "whatever answer the JSON Schema allows is a value of the schema: %s",
  async (_, schema) => {
    const { jsonSchema } = compileOutputSchema(schema);
    for (const seed of [1, 2, 3, 4, 5]) {
      const answer = JSON.stringify(answerOf(jsonSchema, seed));
      expect(await validateOutput(schema, answer)).toMatchObject({ ok: true });
    }
  },
);
