import { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import { attempt } from "../attempt.ts";
import { sentences } from "@ktx/json-answer/wire";
import { checksOf } from "./checks-of.ts";

/** The author's notes on a schema: title, description, examples. */
export function noteOf(schema: z.core.SomeType): Note {
  const { title, description, deprecated, examples } = metaOf(schema);
  return {
    title: typeof title === "string" ? title : undefined,
    description: sentences([description, deprecated === true && "Deprecated."]),
    examples: Array.isArray(examples) ? examples : undefined,
  };
}

/** The notes of `.meta()` and `.describe()`, including those in the registry of another copy of zod. */
function metaOf(schema: z.core.SomeType): Readonly<Record<string, unknown>> {
  const known = z.globalRegistry.get(schema as z.core.$ZodType);
  if (known !== undefined) return known;
  if (!("meta" in schema) || typeof schema.meta !== "function") return {};
  const own: unknown = schema.meta();
  return typeof own === "object" && own !== null ? { ...own } : {};
}

/** The author's constraints that strict mode cannot check: the messages of refinements. */
export function refinementNoteOf(schema: z.core.SomeType): Note {
  const messages = checksOf(schema).map((check) =>
    check.check === "custom" ? messageOf(check.error) : undefined,
  );
  return { description: sentences(messages.map((message) => message && `Rule: ${message}`)) };
}

function messageOf(error: z.core.$ZodErrorMap | undefined): string | undefined {
  // A fixed message is a function without parameters. A message that reads the issue cannot be computed here.
  if (error === undefined || error.length > 0) return;
  const message = attempt(error as () => unknown, undefined);
  return typeof message === "string" ? message : undefined;
}
