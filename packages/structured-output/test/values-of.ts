import { compileOutputSchema, type OutputSchema, PartialAnswer } from "../src/index.ts";

/** The values of an answer that comes character by character. */
export function valuesOf(schema: OutputSchema, text: string): readonly unknown[] {
  const answer = new PartialAnswer(compileOutputSchema(schema).decodeSoFar);
  return Array.from(text)
    .flatMap((piece) => answer.push(piece) ?? [])
    .map(({ value }) => value);
}
