import { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";

/** The error for a type without a JSON form. */
export function refuse(type: string, path: string): UnsupportedOutputSchemaError {
  const [reason, suggestion] = isRefused(type)
    ? refusals[type]
    : [`z.${type}() is not known here`, "Use z.unknown(), which takes any JSON value."];
  return new UnsupportedOutputSchemaError({ code: "unsupported", path, reason, suggestion });
}

const refusals = {
  custom: [
    "z.custom() and z.instanceof() accept values without a JSON form",
    "Use the schema of the JSON form and convert it with .transform(), as in z.url().transform((url) => new URL(url)).",
  ],
  differentKinds: ["these kinds of value cannot be intersected", "Use one schema that fits both."],
  file: [
    "a file cannot be written as JSON",
    "Use z.base64() for its bytes, or z.url() for its location.",
  ],
  function: ["a function cannot be written as JSON", "Leave it out, or use a z.enum() of names."],
  catchallMet: [
    "an object with a catchall cannot be intersected",
    "Use one z.object(…).catchall(…).",
  ],
  infinite: [
    "Infinity and NaN have no JSON form",
    "Use z.null(), or a z.literal() with a word for the value.",
  ],
  itself: [
    "the schema refers only to itself",
    "Put the reference inside an object, a list, or a union.",
  ],
  listsMet: [
    "two lists cannot be intersected",
    "Use one list, such as z.array(z.intersection(…)).",
  ],
  key: [
    "the keys of a record must be unconverted strings, or z.number()",
    "Use z.map(), whose keys may have any type, or z.string() for the keys.",
  ],
  nan: ["NaN has no JSON form", "Use z.null() or z.number().nullable()."],
  never: ["z.never() accepts no value", "Leave the property out, or make it .optional()."],
  nothingInCommon: [
    "no value fits both sides of the intersection",
    "Use one schema, such as z.object().extend().",
  ],
  noOption: ["there is no option to choose from", "Add an option to the enum, literal or union."],
  objectLiteral: [
    "a constant object or list cannot be compared",
    "Use an object with a constant for each property.",
  ],
  promise: ["a promise cannot be written as JSON", "Use the schema of the resolved value."],
  recordMet: ["a record cannot be intersected", "Use one z.object(…).catchall(…)."],
  recursionMet: ["both sides of the intersection are recursive", "Use one schema that fits both."],
  strictMet: [
    "a strict object refuses a property of the other side",
    "Make it a z.object(), or use one z.strictObject() for both.",
  ],
  symbol: ["a symbol cannot be written as JSON", "Use a z.enum() of names."],
  unionsMet: [
    "two unions of objects cannot be intersected",
    "Make each union a property of its own.",
  ],
  undefined: ["only undefined is allowed here", "Use z.null(), or make it .optional()."],
} as const satisfies Record<string, readonly [reason: string, suggestion: string]>;

function isRefused(type: string): type is keyof typeof refusals {
  return Object.hasOwn(refusals, type);
}
