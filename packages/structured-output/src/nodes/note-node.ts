import { isDeepStrictEqual } from "node:util";
import { attempt } from "../attempt.ts";
import { sentences } from "@ktx/json-answer/wire";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";

/** The notes of a schema. They become text when the whole form of the answer is known. */
export interface Note {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Values that the schema accepts. */
  readonly examples?: readonly unknown[] | undefined;
  /** Gives the value of an omitted property. */
  readonly defaultValue?: (() => unknown) | undefined;
  /** Gives a description that is known only when all nodes are complete. */
  readonly late?: (() => string | undefined) | undefined;
}

/** The same node with notes. Equal notes appear once; the first title wins. */
export function noteNode(node: CompiledNode, ...notes: readonly Note[]): CompiledNode {
  const said = notes.filter((note) => Object.values(note).some((part) => part !== undefined));
  if (said.length === 0) return node;
  const title = said.find((note) => note.title !== undefined)?.title;
  const texts = () => [
    ...said.map(({ description }) => description),
    ...said.flatMap(({ late, examples, defaultValue }) => [
      late?.(),
      describeExamples(examples, node),
      defaultValue && describeDefault(defaultValue, node),
    ]),
  ];
  return nodeWith(node, {
    title: title ?? node.title,
    text: () => sentences([...new Set(texts()), node.text?.()]),
    label: title?.replaceAll(/[^A-Za-z0-9_]+/g, "_").slice(0, 40) ?? node.label,
    notes: [...said, ...(node.notes ?? [])],
  });
}

type Encoder = Pick<CompiledNode, "encode">;

function describeDefault(defaultValue: () => unknown, node: Encoder): string | undefined {
  const absent = showAsWritten(undefined, node);
  const filledIn = showDefault(defaultValue, node);
  return absent && filledIn && `Defaults to ${filledIn} if ${absent}.`;
}

/** Examples in the form that the model writes; omits those that have no such form. */
export function describeExamples(
  examples: readonly unknown[] = [],
  node: Encoder,
): string | undefined {
  const shown = examples.flatMap((example) => showAsWritten(example, node) ?? []);
  if (shown.length === 0) return;
  return `${shown.length === 1 ? "Example" : "Examples"}: ${shown.join(", ")}.`;
}

/** Hides a default that differs each time, such as an id. Validation reports a default that throws. */
export function showDefault(defaultValue: () => unknown, node: Encoder): string | undefined {
  const [once, again] = [1, 2].map(() =>
    attempt(() => showAsWritten(defaultValue(), node), undefined),
  );
  return once === again ? once : undefined;
}

/** The form in which the model writes a value; undefined where it writes the value itself. */
function showAsWritten(value: unknown, node: Encoder): string | undefined {
  return attempt(() => {
    const written = node.encode(value);
    const text = JSON.stringify(written);
    return isDeepStrictEqual(JSON.parse(text), written) ? text : undefined;
  }, undefined);
}
