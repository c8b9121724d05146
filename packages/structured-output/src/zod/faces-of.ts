import type { z } from "zod";
import type { Note } from "../nodes/note-node.ts";
import type { UnionOption } from "../nodes/compiled-node.ts";
import { accepts } from "./accepts.ts";
import { itemLimitsOf } from "./checks-of.ts";
import type { Face, Faces } from "./face.ts";
import { inputOfPipe } from "./input-of-pipe.ts";
import { absentOption, enumValuesOf, literalOptions, nullOption } from "./literal-options.ts";
import { meetEach } from "./meet-faces.ts";
import { defaultInWords, noteOf, refinementNoteOf } from "./note-of.ts";
import { objectFaceOf, recordFaceOf } from "./object-face.ts";
import { onceWhileOpen } from "./once-while-open.ts";
import { stringboolNoteOf } from "./stringbool-note-of.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import type { Walk } from "./walk.ts";

/** The kinds of value that a schema takes. */
export function facesOf(root: z.core.SomeType, path: string, walk: Walk): Faces {
  const of = onceWhileOpen(nothing, (schema) =>
    walk.enter(path, () => {
      const inner = unwrap(schema, path, walk, of);
      if (inner !== undefined) return noted(inner.faces, [...ownNotesOf(schema), ...inner.notes]);
      const node = walk.compile(schema, path);
      return only(other({ node, accepts: (value) => accepts(schema, value) }));
    }),
  );
  return of(root);
}

const nothing: Faces = { faces: [], notes: [] };

/** Not the examples: those of one side are seldom values of the other. */
function ownNotesOf(schema: z.core.SomeType): Note[] {
  const { title, description } = noteOf(schema);
  const notes = [{ title, description }, refinementNoteOf(schema), stringboolNoteOf(schema)];
  return notes.filter((note) => note.title !== undefined || note.description !== undefined);
}

/** One step: what is directly within a schema; `undefined` if that has no parts to be met one by one. */
function unwrap(
  schema: z.core.SomeType,
  path: string,
  walk: Walk,
  inner: (schema: z.core.SomeType) => Faces,
): Faces | undefined {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return only(objectFaceOf(def, path));
    case "array":
      return only({ kind: "array", items: [def.element], limits: itemLimitsOf(def), notes: [] });
    case "any":
    case "unknown":
    case "transform":
      return only({ kind: "any", notes: [] });
    case "record": {
      const face = recordFaceOf(def, path, walk);
      return face && only(face);
    }
    case "intersection": {
      const [left, right] = [inner(def.left), inner(def.right)];
      const faces = meetEach(left.faces, right.faces, path);
      return { faces, notes: [...left.notes, ...right.notes] };
    }
    case "union":
      return together(def.options.map(inner));
    case "nullable":
      return together([inner(def.innerType), only(nullFace)]);
    case "optional":
      return together([inner(def.innerType), only(absentFace)]);
    case "default":
    case "prefault": {
      const late: Note = { late: (node) => defaultInWords(def, node) };
      return together([inner(def.innerType), only(absentFace), { faces: [], notes: [late] }]);
    }
    case "nonoptional": {
      const { faces, notes } = inner(def.innerType);
      return { faces: faces.filter((face) => face !== absentFace), notes };
    }
    case "readonly":
    case "catch":
    case "success":
      return inner(def.innerType);
    case "pipe":
      return inner(inputOfPipe(def));
    case "lazy":
      return inner(targetOfLazy(schema));
    case "literal":
      return only(...literalOptions(def.values, path).map(other));
    case "enum":
      return only(...literalOptions([...enumValuesOf(def)], path).map(other));
    case "null":
      return only(nullFace);
    case "undefined":
    case "void":
      return only(absentFace);
    case "never":
      return nothing;
    default:
      return;
  }
}

function only(...faces: readonly Face[]): Faces {
  return { faces, notes: [] };
}

/** What is said about a single face belongs to it, wherever it goes from here. */
function noted(faces: readonly Face[], notes: readonly Note[]): Faces {
  const [face] = faces;
  return face !== undefined && faces.length === 1 && notes.length > 0
    ? only({ ...face, notes: [...notes, ...face.notes] })
    : { faces, notes };
}

/** Of what comes by several ways only the first, or it would double with each level of unions. */
function together(parts: readonly Faces[]): Faces {
  return {
    faces: [...new Set(parts.flatMap((part) => part.faces))],
    notes: [...new Set(parts.flatMap((part) => part.notes))],
  };
}

function other(option: UnionOption): Face {
  if (option === absentOption) return absentFace;
  return option === nullOption ? nullFace : { ...option, kind: "other", notes: [] };
}

const absentFace: Face = { ...absentOption, kind: "other", notes: [] };
const nullFace: Face = { ...nullOption, kind: "other", notes: [] };
