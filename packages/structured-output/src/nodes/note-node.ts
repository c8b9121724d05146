import { isDeepStrictEqual } from "node:util";
import { attempt } from "../attempt.ts";
import { sentences } from "../sentences.ts";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";

/** The notes of a schema. They become text when the whole form of the answer is known. */
export interface Note {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Values that the schema takes. */
  readonly examples?: readonly unknown[] | undefined;
  /** Gives the value that replaces one that is left out. */
  readonly defaultValue?: (() => unknown) | undefined;
  /** Gives a description that is known only when all nodes are complete. */
  readonly late?: (() => string | undefined) | undefined;
}

/** The same node with something said about it, each thing once; of titles the first. */
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

/** Examples as the model has to write them; those that it cannot write are left out. */
export function describeExamples(
  examples: readonly unknown[] = [],
  node: Encoder,
): string | undefined {
  const shown = examples.flatMap((example) => showAsWritten(example, node) ?? []);
  if (shown.length === 0) return;
  return `${shown.length === 1 ? "Example" : "Examples"}: ${shown.join(", ")}.`;
}

/** A default that differs each time, such as an id, is not shown. Validation reports one that throws. */
export function showDefault(defaultValue: () => unknown, node: Encoder): string | undefined {
  const [once, again] = [1, 2].map(() =>
    attempt(() => showAsWritten(defaultValue(), node), undefined),
  );
  return once === again ? once : undefined;
}

/** The form in which the model writes a value; nothing where it writes the value itself. */
function showAsWritten(value: unknown, node: Encoder): string | undefined {
  return attempt(() => {
    const written = node.encode(value);
    const text = JSON.stringify(written);
    return isDeepStrictEqual(JSON.parse(text), written) ? text : undefined;
  }, undefined);
}
