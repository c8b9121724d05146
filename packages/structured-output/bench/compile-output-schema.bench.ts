import { expect, test } from "vitest";
import { compileOutputSchema } from "../src/index.ts";
import { corpus } from "../test/corpus/index.ts";

const runs = 200;

test("compiling the largest schema of the corpus, anew and again", () => {
  const [name, schema] = largest();
  compileOutputSchema(schema);
  const anew = medianMs(() => compileOutputSchema(schema.clone()));
  const again = medianMs(() => compileOutputSchema(schema));
  const { jsonSchema } = compileOutputSchema(schema);
  console.log(
    `${name} (${JSON.stringify(jsonSchema).length} characters of JSON Schema): ` +
      `anew ${anew.toFixed(2)} ms, again ${again.toFixed(4)} ms, ratio ${Math.round(anew / again)}`,
  );
  expect(compileOutputSchema(schema)).toBe(compileOutputSchema(schema));
});

function largest() {
  const sizeOf = (schema: (typeof corpus)[string]) =>
    JSON.stringify(compileOutputSchema(schema).jsonSchema).length;
  const [first, ...others] = Object.entries(corpus);
  if (first === undefined) throw new Error("The corpus is empty.");
  return others.reduce((most, entry) => (sizeOf(entry[1]) > sizeOf(most[1]) ? entry : most), first);
}

/** A copy of a schema is compiled anew: only the same object is known. */
function medianMs(run: () => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[runs / 2] ?? Number.NaN;
}
