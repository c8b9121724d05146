import { expect, test } from "vitest";
import { z } from "zod";
import { findSchema } from "../../src/agent/find-schema.ts";

const City = z.object({ name: z.string() });
const River = z.object({ length: z.number() });
const json = { type: "object", properties: { name: { type: "string" } } };
const tables = { tables: ["cities"] };

test.each<[what: string, module: Readonly<Record<string, unknown>>, schema: unknown]>([
  ["`schema` before the default export", { schema: City, default: River }, City],
  ["a library's default export before a plain `schema`", { schema: tables, default: City }, City],
  ["a library's default export before a JSON Schema", { schema: json, default: City }, City],
  ["a JSON Schema before a plain `schema`", { schema: tables, default: json }, json],
  ["a library's only export before a plain `schema`", { schema: tables, City }, City],
  ["a JSON Schema before a library's only export", { schema: json, City }, json],
  [
    "a plain `schema` where there is nothing else, to be refused with why",
    { schema: tables },
    tables,
  ],
])("takes %s", (_, module, schema) => {
  expect(findSchema(module, "schema.ts")).toBe(schema);
});

test("takes a function that is marked as a library's schema", () => {
  const schema = Object.assign(() => {}, { "~standard": City["~standard"] });
  expect(findSchema({ schema }, "schema.ts")).toBe(schema);
});

test.each([null, undefined, "zod", 1])("a mark that is %o makes no schema", (mark) => {
  const find = (): unknown => findSchema({ schema: { "~standard": mark } }, "schema.ts");
  expect(find).toThrow("to export a schema, got the exports schema, but none of them is a schema.");
});

test("several schemas are told by name, also beside a plain `schema`", () => {
  const find = (): unknown => findSchema({ schema: tables, City, River }, "schema.ts");
  expect(find).toThrow("to export a schema, got several: City, River.");
});
