export type { DeepPartial } from "./deep-partial.ts";
export type { JsonSoFar, OpenJson } from "./open-json.ts";
export { type DecodeSoFar, PartialAnswer } from "./partial-answer.ts";
export { PartialJsonReader } from "./partial-json-reader.ts";
export { type JsonAnswer, readJsonAnswer } from "./read-json-answer.ts";
