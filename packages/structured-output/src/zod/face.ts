import type { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import type { UnionOption } from "../nodes/compiled-node.ts";

/** One of the kinds of value that a schema takes: an object or a list, by its parts, anything, or what is compiled. */
export type Face = ObjectFace | ArrayFace | AnyFace | OtherFace;

/** The kinds of value that a schema takes, and what is said about all of them together. */
export interface Faces {
  readonly faces: readonly Face[];
  readonly notes: readonly Note[];
}

interface FaceNotes {
  /** What is said about the schemas that were taken apart for it. */
  readonly notes: readonly Note[];
}

export interface ObjectFace extends FaceNotes {
  readonly kind: "object";
  /** For each property the schemas that it must fit. */
  readonly shape: ReadonlyMap<string, readonly z.core.SomeType[]>;
  /** Whether any other property is refused. */
  readonly isStrict: boolean;
  /** What sides ask of whatever property there is, and do not ask for. */
  readonly catchalls: readonly Catchall[];
}

export interface Catchall {
  /** What it asks of a property that some side names; `undefined` if that is nothing. */
  valueAt(key: string): z.core.SomeType | undefined;
  /** What it asks of a property that no side names; `undefined` if it takes none. */
  readonly value?: z.core.SomeType | undefined;
  /** Set if that is so only for certain keys. */
  readonly only?: CertainKeys | undefined;
}

interface CertainKeys {
  readonly key: z.core.SomeType;
  /** What a property must fit where those of other keys may be anything. */
  looseValue(): z.core.SomeType;
}

interface ArrayFace extends FaceNotes {
  readonly kind: "array";
  /** What each item must fit. */
  readonly items: readonly z.core.SomeType[];
  readonly limits: Readonly<Record<string, number>>;
}

interface AnyFace extends FaceNotes {
  readonly kind: "any";
}

export interface OtherFace extends FaceNotes, UnionOption {
  readonly kind: "other";
}
