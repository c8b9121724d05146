import * as fc from "fast-check";
import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import { compileOutputSchema, readJsonAnswer } from "../src/index.ts";
import { arbitraryInput } from "../test/arbitrary-input.ts";
import { corpus } from "../test/corpus/index.ts";

const runs = 200;

test("the largest schema of the corpus is compiled once", () => {
  const [name, schema] = largest();
  compileOutputSchema(schema);
  const first = medianMs(() => compileOutputSchema(schema.clone()));
  const again = medianMs(() => compileOutputSchema(schema));
  const { jsonSchema } = compileOutputSchema(schema);
  console.log(
    `${name} (${JSON.stringify(jsonSchema).length} characters of JSON Schema): ` +
      `first ${first.toFixed(2)} ms, again ${again.toFixed(4)} ms, ratio ${Math.round(first / again)}`,
  );
  expect(compileOutputSchema(schema)).toBe(compileOutputSchema(schema));
});

test("an answer is read", async () => {
  const [name, schema] = largest();
  const [value] = fc.sample(arbitraryInput(schema), { numRuns: 1, seed: 1 });
  const text = JSON.stringify(compileOutputSchema(schema).encode(value));
  const { decode } = compileOutputSchema(schema);
  const parse = medianMs(() => JSON.parse(text));
  const check = medianMs(() => schema.safeParse(decode(JSON.parse(text))));
  const clean = medianMs(() => readJsonAnswer(text));
  const fenced = medianMs(() =>
    readJsonAnswer(`<think>Let me see.</think>\n\`\`\`json\n${text}\n\`\`\``),
  );
  console.log(
    `${name} (answer of ${text.length} characters), as ratios to JSON.parse (${parse.toFixed(4)} ms): ` +
      `read ${(clean / parse).toFixed(1)}, read out of a fence ${(fenced / parse).toFixed(1)}, ` +
      `decoded and checked ${(check / parse).toFixed(1)}`,
  );
  noteFigure({
    bench: "answers",
    title: `A whole answer of ${text.length.toLocaleString("en-US")} characters`,
    unit: "ms",
    better: "less",
    values: {
      "JSON.parse": parse,
      read: clean,
      "read out of a fence": fenced,
      "decoded and checked": check,
    },
  });
  expect(readJsonAnswer(text)).toMatchObject({ ok: true, repaired: false });
});

function largest() {
  const sizeOf = (schema: (typeof corpus)[string]) =>
    JSON.stringify(compileOutputSchema(schema).jsonSchema).length;
  const [first, ...others] = Object.entries(corpus);
  if (first === undefined) throw new Error("The corpus is empty.");
  return others.reduce((most, entry) => (sizeOf(entry[1]) > sizeOf(most[1]) ? entry : most), first);
}

/** A copy of a schema is compiled as another one: only the same object is known. */
function medianMs(run: () => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[runs / 2] ?? Number.NaN;
}
