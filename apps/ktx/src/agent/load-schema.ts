import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { compileOutputSchema, type OutputSchema } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";
import { findFile } from "./find-file.ts";
import { findSchema, isJsonSchema } from "./find-schema.ts";
import { importModule } from "./import-module.ts";
import type { UserCodeWatch } from "../supervise/user-code-watch.ts";

export interface LoadSchemaInput {
  /** A `.json` file with a JSON Schema, or a TypeScript or JavaScript module; relative to `cwd`. */
  readonly path: string;
  readonly cwd: string;
  /** Milliseconds that a module may take to load. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly userCode?: UserCodeWatch | undefined;
}

/**
 * Reads the schema of an answer: a JSON Schema, or the export of a module.
 *
 * @throws {CliError} for a file that does not exist, is not JSON, throws, or has no schema;
 * `UnsupportedOutputSchemaError` for a schema that cannot be sent; the signal's reason, also while a
 * module is still loading.
 */
export async function loadSchema(input: LoadSchemaInput): Promise<OutputSchema> {
  const schema = await readSchema(input);
  compileOutputSchema(schema);
  return schema;
}

async function readSchema({
  path,
  cwd,
  timeoutMs,
  signal,
  userCode,
}: LoadSchemaInput): Promise<OutputSchema> {
  const file = await findFile({
    path,
    cwd,
    what: "a schema",
    next: "Give the path of a .json file or of a module that exports a schema, relative to the current folder.",
  });
  if (extname(file).toLowerCase() === ".json")
    return parseSchema(await readFile(file, { encoding: "utf8", signal }), file);
  return findSchema(
    await importModule({ file, what: "schema module", timeoutMs, signal, userCode }),
    path,
  );
}

function parseSchema(text: string, file: string): OutputSchema {
  let schema: unknown;
  try {
    // Some editors write a byte order mark at the start.
    schema = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw usageError(`Expected ${file} to hold a JSON Schema, got text that is not JSON.`, {
      why: error instanceof Error ? error.message : String(error),
      next: "Correct the file, or export the schema from a module.",
    });
  }
  if (isJsonSchema(schema)) return schema;
  throw usageError(`Expected ${file} to hold a JSON Schema, got ${JSON.stringify(schema)}.`, {
    next: 'Write an object such as {"type":"object","properties":{"name":{"type":"string"}}}.',
  });
}
