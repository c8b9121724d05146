import { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";
import { checksOf } from "./checks-of.ts";

/** What a schema's author says about it: title, description, examples. */
export function noteOf(schema: z.core.SomeType): Note {
  const meta = z.globalRegistry.get(schema as z.core.$ZodType) ?? {};
  const examples = Array.isArray(meta["examples"]) ? meta["examples"] : [];
  return {
    title: typeof meta.title === "string" ? meta.title : undefined,
    description: sentences([
      meta.description,
      examples.length > 0 && `For example: ${examples.map(show).join(", ")}.`,
      meta.deprecated === true && "Deprecated.",
    ]),
  };
}

/** What strict mode cannot check, but the author gave in words: the messages of refinements. */
export function refinementNoteOf(schema: z.core.SomeType): Note {
  const messages = checksOf(schema).map((check) =>
    check.check === "custom" ? messageOf(check.error) : undefined,
  );
  return { description: sentences(messages.map((message) => message && `Rule: ${message}`)) };
}

/** What null stands for, where the schema has a value of its own for what is left out. */
export function defaultNoteOf(
  def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef,
): string | undefined {
  // A default may be computed anew each time, such as an id or a date; then there is nothing to tell.
  const [once, again] = [show(def.defaultValue), show(def.defaultValue)];
  return once === again && once !== "" ? `null means ${once}.` : undefined;
}

function messageOf(error: z.core.$ZodErrorMap | undefined): string | undefined {
  // A fixed message is a function without parameters; one that looks at the issue has nothing to look at here.
  if (error === undefined || error.length > 0) return;
  const message: unknown = (error as () => unknown)();
  return typeof message === "string" ? message : undefined;
}

function show(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map || value instanceof Set) return "";
  return JSON.stringify(value) ?? "";
}
