import { readJsonAnswer } from "@ktx/json-answer";
import { compileOutputSchema } from "./compile-output-schema.ts";
import { type OutputIssue, toOutputIssues } from "./output-issue.ts";
import { type OutputSchema, validatorOf } from "./output-schema.ts";

/** An answer, checked. */
export type ValidatedOutput<Output> =
  | {
      readonly ok: true;
      readonly value: Output;
      /** True when the text had to be read leniently. */
      readonly repaired: boolean;
    }
  | { readonly ok: false; readonly issues: readonly OutputIssue[] };

/**
 * Turns the text of a model's answer into the value that the schema describes: read as JSON, decoded, and
 * checked by the schema itself, refinements and transforms included, also asynchronous ones.
 *
 * @throws {UnsupportedOutputSchemaError} as `compileOutputSchema` does. What the schema's own functions throw
 *   is not caught.
 */
export async function validateOutput<Output>(
  schema: OutputSchema<Output>,
  text: string,
): Promise<ValidatedOutput<Output>> {
  const { decode } = compileOutputSchema(schema);
  const answer = readJsonAnswer(text);
  if (!answer.ok) return { ok: false, issues: [{ path: "$", message: answer.message }] };
  const result = await validatorOf(schema)(decode(answer.value));
  return result.issues === undefined
    ? { ok: true, value: result.value, repaired: answer.repaired }
    : { ok: false, issues: toOutputIssues(result.issues) };
}
