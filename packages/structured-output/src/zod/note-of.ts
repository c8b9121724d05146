import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import type { Note } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";
import { checksOf } from "./checks-of.ts";
import { metaOf } from "./meta-of.ts";

/** What a schema's author says about it: title, description, examples. */
export function noteOf(schema: z.core.SomeType): Note {
  const meta = metaOf(schema);
  const examples = Array.isArray(meta["examples"]) ? meta["examples"] : [];
  return {
    title: typeof meta.title === "string" ? meta.title : undefined,
    description: sentences([meta.description, meta.deprecated === true && "Deprecated."]),
    ...(examples.length > 0 && { late: (node) => examplesInWords(examples, node) }),
  };
}

function examplesInWords(examples: readonly unknown[], node: CompiledNode): string | undefined {
  const shown = examples.flatMap((example) => showAsWritten(example, node) ?? []);
  return shown.length === 0 ? undefined : `For example: ${shown.join(", ")}.`;
}

/** What the model has to write for a value; nothing where that is not the value. */
function showAsWritten(value: unknown, node: Pick<CompiledNode, "encode">): string | undefined {
  return attempt(() => {
    const written = node.encode(value);
    const text = JSON.stringify(written);
    return isDeepStrictEqual(JSON.parse(text), written) ? text : undefined;
  });
}

/** What strict mode cannot check, but the author gave in words: the messages of refinements. */
export function refinementNoteOf(schema: z.core.SomeType): Note {
  const messages = checksOf(schema).map((check) =>
    check.check === "custom" ? messageOf(check.error) : undefined,
  );
  return { description: sentences(messages.map((message) => message && `Rule: ${message}`)) };
}

/** What stands for what is left out, where the schema has a value of its own for that. */
export function defaultInWords(
  def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef,
  node: CompiledNode,
): string | undefined {
  const absent = showAsWritten(undefined, node);
  const shown = showDefault(def, (value) => showAsWritten(value, node));
  return absent !== undefined && shown !== undefined ? `${absent} means ${shown}.` : undefined;
}

/** The same where the model leaves out what it does not give. */
export function defaultValueInWords(
  def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef,
): string | undefined {
  const shown = showDefault(def, (value) => showAsWritten(value, { encode: (own) => own }));
  return shown === undefined ? undefined : `Default: ${shown}.`;
}

/** A default may be another one each time, such as an id or a date; then it is not said. */
function showDefault(
  def: z.core.$ZodDefaultDef | z.core.$ZodPrefaultDef,
  show: (value: unknown) => string | undefined,
): string | undefined {
  const [once, again] = [1, 2].map(() => attempt(() => show(def.defaultValue)));
  return once === again ? once : undefined;
}

function messageOf(error: z.core.$ZodErrorMap | undefined): string | undefined {
  // A fixed message is a function without parameters; one that looks at the issue has nothing to look at here.
  if (error === undefined || error.length > 0) return;
  const message = attempt(error as () => unknown);
  return typeof message === "string" ? message : undefined;
}

/** What the author's code gives; nothing where it throws, which is for the validation to tell. */
function attempt<Result>(give: () => Result): Result | undefined {
  try {
    return give();
  } catch {
    return;
  }
}
