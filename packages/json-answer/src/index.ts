export { type JsonAnswer, readJsonAnswer } from "./read-json-answer.ts";
