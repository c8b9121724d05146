import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { OutputSchema } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";
import { findFile } from "./find-file.ts";
import { importModule } from "./import-module.ts";

export interface LoadSchemaInput {
  /** A `.json` file with a JSON Schema, or a TypeScript or JavaScript module; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/**
 * Reads the form of an answer: a JSON Schema, or what a module exports as `schema`, else by default, else
 * its only export that is a schema.
 *
 * @throws {CliError} for a file that is not there, is no JSON, throws, or has no schema; the signal's
 * reason, also while a module is still loading.
 */
export async function loadSchema({ path, cwd, signal }: LoadSchemaInput): Promise<OutputSchema> {
  const file = await findFile({
    path,
    cwd,
    what: "a schema",
    next: "Give the path of a .json file or of a module that exports a schema, relative to the current folder.",
  });
  if (extname(file).toLowerCase() === ".json")
    return parseSchema(await readFile(file, { encoding: "utf8", signal }), file);
  return findSchema(await importModule(file, "schema module", signal), path);
}

function parseSchema(text: string, file: string): OutputSchema {
  let schema: unknown;
  try {
    // Some editors put a byte order mark at the front.
    schema = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw usageError(`Expected ${file} to hold a JSON Schema, got no JSON.`, {
      why: error instanceof Error ? error.message : String(error),
      next: "Correct the file, or export the schema from a module.",
    });
  }
  if (isJsonSchema(schema)) return schema;
  throw usageError(`Expected ${file} to hold a JSON Schema, got ${JSON.stringify(schema)}.`, {
    next: 'Write an object such as {"type":"object","properties":{"name":{"type":"string"}}}.',
  });
}

function findSchema(module: Readonly<Record<string, unknown>>, path: string): OutputSchema {
  for (const name of ["schema", "default"]) {
    const found = module[name];
    if (isStandardSchema(found) || isJsonSchema(found)) return found;
  }
  const schemas = Object.entries(module).filter((entry): entry is [string, OutputSchema] =>
    isStandardSchema(entry[1]),
  );
  const [only] = schemas;
  if (only !== undefined && schemas.length === 1) return only[1];
  throw usageError(
    `Expected ${path} to export a schema, got ${describeExports(Object.keys(module), schemas)}.`,
    { next: "Export it as `schema`: `export const schema = z.object({ … })`." },
  );
}

function describeExports(
  names: readonly string[],
  schemas: readonly (readonly [string, OutputSchema])[],
): string {
  if (schemas.length > 1) return `several: ${schemas.map(([name]) => name).join(", ")}`;
  return names.length === 0
    ? "no exports"
    : `the exports ${names.join(", ")}, none of them a schema`;
}

/** zod, valibot and arktype mark their schemas so; some of them are functions. */
function isStandardSchema(value: unknown): value is OutputSchema {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    "~standard" in value
  );
}

function isJsonSchema(value: unknown): value is OutputSchema {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0
  );
}
