import { isDeepStrictEqual } from "node:util";
import { sentences } from "../sentences.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** What a schema says about itself. It becomes text when the whole form of the answer is known. */
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
  const description = sentences([...new Set(said.map((note) => note.description))]);
  return around(node, {
    wire: {
      kind: "note",
      wire: node.wire,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      late: () => sentences([...new Set(said.flatMap((note) => lateTexts(note, node)))]),
    },
    label: title === undefined ? node.label : labelOf(title),
    notes: [...said, ...(node.notes ?? [])],
  });
}

/** The same node, which knows what belongs to it. */
export function acceptingNode(
  node: CompiledNode,
  accepts: (value: unknown) => boolean,
): CompiledNode {
  return around(node, { accepts });
}

/** A node that is another but for some of it. What that one may know only later is asked of it each time. */
function around(node: CompiledNode, changes: Partial<CompiledNode>): CompiledNode {
  const { wire, label, notes, accepts, encode, decode } = node;
  return {
    get conversion() {
      return node.conversion;
    },
    get parts() {
      return node.parts;
    },
    get options() {
      return node.options;
    },
    get object() {
      return node.object;
    },
    wire,
    label,
    notes,
    accepts,
    encode,
    decode,
    ...changes,
  };
}

function lateTexts({ examples = [], defaultValue, late }: Note, node: CompiledNode): unknown[] {
  return [
    late?.(),
    describeExamples(examples, node),
    defaultValue && describeDefault(defaultValue, node),
  ];
}

function describeDefault(defaultValue: () => unknown, node: Encoder): string | undefined {
  const absent = showAsWritten(undefined, node);
  const filledIn = showDefault(defaultValue, node);
  return absent && filledIn && `Defaults to ${filledIn} if ${absent}.`;
}

/** Examples as the model has to write them; those that it cannot write are left out. */
export function describeExamples(examples: readonly unknown[], node: Encoder): string | undefined {
  const shown = examples.flatMap((example) => showAsWritten(example, node) ?? []);
  if (shown.length === 0) return;
  return `${shown.length === 1 ? "Example" : "Examples"}: ${shown.join(", ")}.`;
}

/** A default may be another one each time, such as an id or a date; then it is not shown. */
export function showDefault(defaultValue: () => unknown, node: Encoder): string | undefined {
  const [once, again] = [1, 2].map(() => attempt(() => showAsWritten(defaultValue(), node)));
  return once === again ? once : undefined;
}

type Encoder = Pick<CompiledNode, "encode">;

/** What the model has to write for a value; nothing where that is not the value. */
function showAsWritten(value: unknown, node: Encoder): string | undefined {
  return attempt(() => {
    const written = node.encode(value);
    const text = JSON.stringify(written);
    return isDeepStrictEqual(JSON.parse(text), written) ? text : undefined;
  });
}

/** What the author's code gives; nothing where it throws, which is for the validation to say. */
function attempt<Result>(give: () => Result): Result | undefined {
  try {
    return give();
  } catch {
    return;
  }
}

function labelOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9_]+/g, "_").slice(0, 40);
}
