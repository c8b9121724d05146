import { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";

/** The error for a type that no JSON can stand for. */
export function refuse(type: string, path: string): UnsupportedOutputSchemaError {
  const [reason, suggestion] = isRefused(type)
    ? refusals[type]
    : [`z.${type}() is not known here`, "Use z.unknown(), which takes any JSON value."];
  return new UnsupportedOutputSchemaError({ code: "unsupported", path, reason, suggestion });
}

const refusals = {
  custom: [
    "z.custom() and z.instanceof() take what only code can make",
    "Use a schema of its JSON form and .transform() it, for a URL z.url().transform((url) => new URL(url)).",
  ],
  differentKinds: ["these kinds of value cannot be intersected", "Use one schema that fits both."],
  file: [
    "a file cannot be written as JSON",
    "Use z.base64() for its bytes or z.url() for its place.",
  ],
  function: ["a function cannot be written as JSON", "Leave it out, or use a z.enum() of names."],
  catchallMet: [
    "an object with a catchall cannot be intersected",
    "Use one z.object(…).catchall(…).",
  ],
  infinite: [
    "Infinity and NaN have no JSON form",
    "Use z.null() or a z.literal() of a word for it.",
  ],
  itself: [
    "the schema is nothing but itself",
    "Let it refer to itself from within an object, a list, or a union.",
  ],
  listsMet: [
    "two lists cannot be intersected",
    "Use one list, such as z.array(z.intersection(…)).",
  ],
  key: [
    "the keys of a record must be strings as they are given, or z.number() itself",
    "Use z.map(), whose keys may be anything, or z.string() for the keys.",
  ],
  nan: ["NaN has no JSON form", "Use z.null() or z.number().nullable()."],
  never: ["z.never() takes no value at all", "Leave the property out, or make it .optional()."],
  nothingInCommon: [
    "no value fits both sides of the intersection",
    "Use one schema, such as z.object().extend().",
  ],
  noOption: ["nothing is left to choose from", "Give the enum, literal or union an option."],
  objectLiteral: [
    "a constant object or list cannot be compared",
    "Use an object with a constant for each property.",
  ],
  promise: ["a promise cannot be written as JSON", "Use the schema of what it resolves to."],
  recordMet: ["a record cannot be intersected", "Use one z.object(…).catchall(…)."],
  recursionMet: [
    "both sides of the intersection are recursive at once",
    "Use one schema that fits both.",
  ],
  strictMet: [
    "a strict object refuses a property of the other side",
    "Make it a z.object(), or use one z.strictObject() for both.",
  ],
  symbol: ["a symbol cannot be written as JSON", "Use a z.enum() of names."],
  unionsMet: [
    "two unions of objects cannot be intersected",
    "Make each union a property of its own.",
  ],
  undefined: ["nothing but undefined is allowed here", "Use z.null(), or make it .optional()."],
} as const satisfies Record<string, readonly [reason: string, suggestion: string]>;

function isRefused(type: string): type is keyof typeof refusals {
  return Object.hasOwn(refusals, type);
}
