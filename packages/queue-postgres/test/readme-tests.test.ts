import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unitStoreContract } from "@ktx/batch/testing";
import { expect, test } from "vitest";

test("the tests that the README names for each of its replacements are there", () => {
  const folder = join(import.meta.dirname, "..");
  const table = readFileSync(join(folder, "README.md"), "utf8").split("| shown by")[1] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  const titles = unitStoreContract.map(({ title }) => title);
  const known = rows.flatMap((row) => {
    const [quoted] = [...row.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
    const [file] = [...row.matchAll(/\]\(([^)]+\.test\.ts)\)/g)].map((match) => match[1] ?? "");
    const source = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
    if (quoted === undefined) return [source !== ""];
    return [titles.includes(quoted) || source.includes(`test("${quoted}`)];
  });
  // The head's rule and the row of what has no replacement name none.
  expect(known.filter(Boolean)).toHaveLength(rows.length - 2);
  expect(rows.length).toBeGreaterThan(9);
});
