import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import type { Note } from "../nodes/note-node.ts";

/** One of the kinds of value that a schema takes: an object or a list, by its parts, or anything else, compiled. */
export type Face = ObjectFace | ArrayFace | AnyFace | OtherFace;

interface FaceNotes {
  /** What is said about the schemas that were taken apart for it. */
  readonly notes: readonly Note[];
}

export interface ObjectFace extends FaceNotes {
  readonly kind: "object";
  /** For each property the schemas that it must fit. */
  readonly shape: ReadonlyMap<string, readonly z.core.SomeType[]>;
  /** What any other property must fit; it may have none where this is empty, or has `z.never()`. */
  readonly catchalls: readonly z.core.SomeType[];
}

export interface ArrayFace extends FaceNotes {
  readonly kind: "array";
  /** What each item must fit. */
  readonly items: readonly z.core.SomeType[];
  readonly limits: Readonly<Record<string, number>>;
}

interface AnyFace extends FaceNotes {
  readonly kind: "any";
}

interface OtherFace extends FaceNotes {
  readonly kind: "other";
  readonly node: CompiledNode;
}
