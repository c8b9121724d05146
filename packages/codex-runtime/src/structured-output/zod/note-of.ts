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

/** The limits of a date or a bigint, which is a text to strict mode. */
export function limitsNoteOf(schema: z.core.SomeType): Note {
  const limits = checksOf(schema).map((check) => {
    if (check.check === "multiple_of") return `A multiple of ${check.value}.`;
    if (check.check !== "greater_than" && check.check !== "less_than") return;
    const { value, inclusive } = check;
    const limit = value instanceof Date ? value.toISOString() : String(value);
    const word = check.check === "greater_than" ? "least" : "most";
    return inclusive
      ? `At ${word} ${limit}.`
      : `${word === "least" ? "More" : "Less"} than ${limit}.`;
  });
  return { description: sentences(limits) };
}

/** What null stands for, where the schema has a value of its own for what is left out. */
export function defaultNoteOf(
  def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef,
): string | undefined {
  // A default may be computed anew each time, such as an id or a date; then there is nothing to tell.
  const [once, again] = [
    attempt(() => show(def.defaultValue)),
    attempt(() => show(def.defaultValue)),
  ];
  return once === again && once ? `null means ${once}.` : undefined;
}

function messageOf(error: z.core.$ZodErrorMap | undefined): string | undefined {
  // A fixed message is a function without parameters; one that looks at the issue has nothing to look at here.
  if (error === undefined || error.length > 0) return;
  const message = attempt(error as () => unknown);
  return typeof message === "string" ? message : undefined;
}

function show(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map || value instanceof Set) return "";
  const text = attempt(() =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part)),
  );
  return text ?? "";
}

/** What the author's code gives; nothing where it throws, which is for the validation to tell. */
function attempt<Result>(give: () => Result): Result | undefined {
  try {
    return give();
  } catch {
    return;
  }
}
