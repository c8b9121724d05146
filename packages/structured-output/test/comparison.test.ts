import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { findStrictSchemaProblem } from "@ktx/codex-sim";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { compileOutputSchema } from "../src/index.ts";
import { arbitraryInput } from "./arbitrary-input.ts";
import { combinations, refusedCombinations } from "./corpus/combinations.ts";
import { realShapes } from "./corpus/index.ts";
import { nasty } from "./corpus/nasty.ts";
import { scalars } from "./corpus/scalars.ts";

/** A way to get a value through the service: its JSON Schema, and what comes back of a value. */
type Approach = (schema: z.ZodType) => {
  readonly jsonSchema: unknown;
  readonly throughJson: (value: unknown) => unknown;
};

const families = {
  Scalars: scalars,
  Combinations: { ...combinations, ...refusedCombinations },
  Nasty: nasty,
  "Real shapes": realShapes,
};

const approaches: Readonly<Record<string, Approach>> = {
  "`z.toJSONSchema`, as it is": (schema) => ({
    jsonSchema: acceptedOf(
      attempt(() => rawJsonSchema(schema, "input")),
      attempt(() => rawJsonSchema(schema, "output")),
    ),
    throughJson: asJson,
  }),
  "sanitized as by ai-sdk-provider-codex-cli": (schema) => ({
    jsonSchema: sanitized(rawJsonSchema(schema, "input")),
    throughJson: asJson,
  }),
  "`compileOutputSchema`": (schema) => {
    const { jsonSchema, encode, decode } = compileOutputSchema(schema);
    return { jsonSchema, throughJson: (value) => decode(asJson(encode(value))) };
  },
};

test("the table in the documentation is what is measured", async () => {
  const path = fileURLToPath(new URL("../../../docs/structured-output.md", import.meta.url));
  const page = readFileSync(path, "utf8");
  const marker = /(?<=<!-- measured -->\n\n)[\s\S]*?(?=\n\n<!-- \/measured -->)/;
  await expect(page.replace(marker, table(measure()))).toMatchFileSnapshot(path);
});

function measure(): string[][] {
  const all = Object.entries(families).map(
    ([name, schemas]) => [name, Object.values(schemas)] as const,
  );
  const rows = Object.entries(approaches).map(([name, approach]) => {
    const counts = all.map(([, schemas]) => count(schemas, approach));
    const total = (key: "accepted" | "restored") =>
      counts.reduce((sum, entry) => sum + entry[key], 0);
    return [
      name,
      ...counts.map(({ accepted, restored }) => `${accepted} / ${restored}`),
      `${total("accepted")} / ${total("restored")}`,
    ];
  });
  const sizes = all.map(([, schemas]) => schemas.length);
  const head = [
    "Accepted / restored of",
    ...all.map(([name], index) => `${name} (${sizes[index]})`),
    `All (${sizes.reduce((a, b) => a + b, 0)})`,
  ];
  return [head, ...rows];
}

function count(
  schemas: readonly z.ZodType[],
  approach: Approach,
): { accepted: number; restored: number } {
  let accepted = 0;
  let restored = 0;
  for (const schema of schemas) {
    const applied = attempt(() => approach(schema));
    if (applied === undefined || findStrictSchemaProblem(applied.jsonSchema) !== undefined)
      continue;
    accepted += 1;
    const values = fc.sample(arbitraryInput(schema), { numRuns: 30, seed: 1 });
    const isSame = (value: unknown) =>
      attempt(() => isDeepStrictEqual(applied.throughJson(value), value)) === true;
    if (values.every(isSame)) restored += 1;
  }
  return { accepted, restored };
}

/** What zod writes, in favour of those who send it: what is no object is put into one beforehand. */
function rawJsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const rooted = schema instanceof z.ZodObject ? schema : z.object({ value: schema });
  return z.toJSONSchema(rooted, { target: "draft-7", io, reused: "inline" });
}

function acceptedOf(...schemas: readonly unknown[]): unknown {
  return schemas.find((schema) => findStrictSchemaProblem(schema) === undefined);
}

const dropped = new Set(
  "$schema $id $ref $defs definitions title examples default format pattern".split(" "),
);

/** The rules of that package: these keywords go, wherever they are; and of the AI SDK before it: objects are closed. */
function sanitized(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sanitized);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node)
    .filter(([key]) => !dropped.has(key))
    .map(
      ([key, value]) => [key, key === "properties" ? mapValues(value) : sanitized(value)] as const,
    );
  const kept: Record<string, unknown> = Object.fromEntries(entries);
  return kept["type"] === "object" ? { ...kept, additionalProperties: false } : kept;
}

function mapValues(properties: object): unknown {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, sanitized(property)]),
  );
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function table([head = [], ...rows]: readonly string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
