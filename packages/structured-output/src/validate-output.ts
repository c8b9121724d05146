import { readJsonAnswer } from "@ktx/json-answer";
import { compileOutputSchema } from "./compile-output-schema.ts";
import { type OutputIssue, toOutputIssues } from "./output-issue.ts";
import { type OutputSchema, validatorOf } from "./output-schema.ts";

/** A checked answer. */
export type ValidatedOutput<Output> =
  | {
      readonly ok: true;
      readonly value: Output;
      /** True when the text is not JSON as a whole, and was read leniently. */
      readonly repaired: boolean;
    }
  | { readonly ok: false; readonly issues: readonly OutputIssue[] };

/**
 * Converts the text of a model's answer into the value that the schema describes: reads it as JSON, decodes it, and
 * checks it by the schema itself, including refinements and transforms, also asynchronous ones.
 *
 * @throws {UnsupportedOutputSchemaError} as `compileOutputSchema` does; any error of the schema's own functions.
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
