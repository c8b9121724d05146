import { diffComm } from "node-diff3";

export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** The lines of both texts, those of `before` before those of `after` where they differ. Pure. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [one, other] = [before, after].map(linesOf);
  return diffComm(one ?? [], other ?? []).flatMap((part): readonly DiffLine[] =>
    "common" in part
      ? part.common.map((text) => ({ kind: "same", text }))
      : [
          ...part.buffer1.map((text): DiffLine => ({ kind: "removed", text })),
          ...part.buffer2.map((text): DiffLine => ({ kind: "added", text })),
        ],
  );
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}
