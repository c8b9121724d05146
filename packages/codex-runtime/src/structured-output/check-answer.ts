import type { z } from "zod";
import type { OutputIssue } from "../output-validation-error.ts";
import { compileOutputSchema } from "./compile-output-schema.ts";

/** An answer's text, read and checked. */
export type CheckedAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly issues: readonly OutputIssue[] };

/** Reads the model's text as the value that the schema gives for it: JSON, decoded, then parsed by zod. */
export async function checkAnswer<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): Promise<CheckedAnswer<z.output<Schema>>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, issues: [{ path: [], message: "the answer is no JSON" }] };
  }
  const parsed = await schema.safeParseAsync(compileOutputSchema(schema).decode(json));
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, issues: parsed.error.issues };
}
