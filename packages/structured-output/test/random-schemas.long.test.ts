import { findStrictSchemaProblem } from "@ktx/codex-sim";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { arbitraryInput } from "./arbitrary-input.ts";
import { arbitrarySchema } from "./arbitrary-schema.ts";
import { compiledUnlessTooLarge } from "./compiled-unless-too-large.ts";
import { longRuns } from "../../../test/long-form.ts";

test("any combination of types is accepted by the service, and gives back what it wrote", () => {
  fc.assert(
    fc.property(arbitrarySchema, fc.integer(), (schema, seed) => {
      const compiled = compiledUnlessTooLarge(schema);
      fc.pre(compiled !== undefined);
      expect(findStrictSchemaProblem(compiled.jsonSchema)).toBeUndefined();
      const written = z.fromJSONSchema(compiled.jsonSchema);
      for (const value of fc.sample(arbitraryInput(schema), { numRuns: 5, seed })) {
        const json: unknown = JSON.parse(JSON.stringify(compiled.encode(value)));
        expect(compiled.decode(json)).toStrictEqual(value);
        expect(written.safeParse(json).error).toBeUndefined();
      }
    }),
    longRuns(200),
  );
});
