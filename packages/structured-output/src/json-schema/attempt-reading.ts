import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";

/** What a library makes of a schema; what it throws becomes the reason why the schema cannot be used. */
export function attemptReading<Result>(read: () => Result, reason: string): Result {
  try {
    return read();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(`${reason}: ${detail}`, "Use a zod schema, or a simpler JSON Schema.");
  }
}

/** The error for a schema that cannot be read at all, and so has no path. */
export function unreadable(reason: string, suggestion: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({ code: "unsupported", path: "$", reason, suggestion });
}
