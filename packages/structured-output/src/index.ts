export {
  type DeepPartial,
  type JsonAnswer,
  type JsonSoFar,
  type OpenJson,
  PartialAnswer,
  readJsonAnswer,
} from "@ktx/json-answer";
export {
  buildRepairFollowUp,
  buildRepairPrompt,
  type RefusedAnswer,
} from "./build-repair-prompt.ts";
export { compileOutputSchema, type CompiledOutputSchema } from "./compile-output-schema.ts";
export { describeIssues, type OutputIssue } from "./output-issue.ts";
export { readJsonSchema } from "./json-schema/read-json-schema.ts";
export type { JsonSchemaSource, OutputSchema } from "./output-schema.ts";
export type { StandardSchema } from "./standard-schema.ts";
export { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";
export { validateOutput, type ValidatedOutput } from "./validate-output.ts";
export { keywordsInWords } from "./wire/keywords-in-words.ts";
export { describeSchema, type DescribeSchemaOptions } from "./zod/describe-schema.ts";
