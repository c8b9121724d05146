import type { Note } from "../nodes/note-node.ts";
import { sentences } from "../sentences.ts";

/** What several notes say, each thing once; of their titles the first. */
export function joinNotes(notes: readonly Note[]): Note {
  const lates = notes.flatMap(({ late }) => late ?? []);
  return {
    title: notes.find(({ title }) => title !== undefined)?.title,
    description: sentences([...new Set(notes.map(({ description }) => description))]),
    ...(lates.length > 0 && {
      late: (node) => sentences([...new Set(lates.map((late) => late(node)))]),
    }),
  };
}
