import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { firstChangelog, withoutPackages } from "../scripts/first-changelog.ts";

test("the first changelog says what the package is, and not that it is unpublished", () => {
  const readme =
    "# @ktx/one\n\nCounts to one.\n\nFor whoever counts.\n\nNot yet published. It needs nothing.\n\n```ts\ncount();\n```\n";
  expect(firstChangelog("@ktx/one", "0.1.0", readme)).toBe(
    "# @ktx/one\n\n## 0.1.0\n\nThe first version.\n\nCounts to one.\n\nFor whoever counts.\n",
  );
});

test("the first changelog leaves out a paragraph that leads to the code below it", () => {
  const readme = "# @ktx/one\n\nCounts to one.\n\nA program counts:\n\n```ts\ncount();\n```\n";
  expect(firstChangelog("@ktx/one", "0.1.0", readme)).toBe(
    "# @ktx/one\n\n## 0.1.0\n\nThe first version.\n\nCounts to one.\n",
  );
});

test("a README without a text under its title is refused", () => {
  expect(() => firstChangelog("@ktx/one", "0.1.0", "# @ktx/one\n\n```ts\n```\n")).toThrow(
    "The README of @ktx/one has no text under its title. Say there what it is.",
  );
});

test.each(globSync("{packages,apps}/*/README.md"))("%s has a text for it", (file) => {
  const { name } = JSON.parse(readFileSync(join(dirname(file), "package.json"), "utf8"));
  expect(firstChangelog(name, "0.1.0", readFileSync(file, "utf8")).split("\n\n")[3]).toMatch(/\w/);
});

test("a changeset loses the packages whose first version comes now, and keeps the others", () => {
  const changeset = '---\n"@ktx/one": minor\n"@ktx/two": patch\n---\n\nCounts.\n';
  expect(withoutPackages(changeset, new Set())).toBe(changeset);
  expect(withoutPackages(changeset, new Set(["@ktx/one"]))).toBe(
    '---\n"@ktx/two": patch\n---\n\nCounts.\n',
  );
  expect(withoutPackages(changeset, new Set(["@ktx/one", "@ktx/two"]))).toBeUndefined();
  expect(() => withoutPackages("Counts.", new Set())).toThrow("begins with the packages");
});
