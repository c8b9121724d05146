import type { z } from "zod";
import type { Note } from "../nodes/note-node.ts";

/** The words that `z.stringbool()` takes. It is a pipe like any other, but for what zod says of it in its bag. */
export function stringboolNoteOf(schema: z.core.SomeType): Note {
  const { truthy, falsy } = schema._zod.bag;
  if (!Array.isArray(truthy) || !Array.isArray(falsy)) return {};
  const words = [...truthy, ...falsy].map((word) => JSON.stringify(word));
  return { description: `One of ${words.join(", ")}.` };
}
