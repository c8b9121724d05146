import * as fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "../src/diff-lines.ts";

test("lines are shown in their order, those that go before those that come", () => {
  expect(diffLines("a\nb\nc\n", "a\nB\nc\nd\n").map(({ kind, text }) => `${kind} ${text}`)).toEqual(
    ["same a", "removed b", "added B", "same c", "added d"],
  );
  expect(diffLines("", "a\n")).toEqual([{ kind: "added", text: "a" }]);
});

test("both texts can be read in it", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(`${before.join("\n")}\n`, `${after.join("\n")}\n`);
      const side = (other: string): string =>
        lines.flatMap(({ kind, text: line }) => (kind === other ? [] : [line])).join("\n");
      expect(side("added")).toBe(before.join("\n"));
      expect(side("removed")).toBe(after.join("\n"));
    }),
  );
});
