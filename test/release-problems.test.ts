import { expect, test } from "vitest";
import { findReleaseProblems } from "../scripts/release-problems.ts";

const ready = {
  address: { page: "https://github.com/acme/ktx" },
  changesets: 0,
  withoutChangelog: [],
};

test("a repository with an address, versions and changelogs may be released", () => {
  expect(findReleaseProblems(ready)).toEqual([]);
});

test("a repository without an address is refused, with the fix", () => {
  const problem = "The repository has no address. Set one.";
  expect(findReleaseProblems({ ...ready, address: { problem } })).toEqual([problem]);
});

test("changes without a version, and packages without a changelog, are refused", () => {
  const problems = findReleaseProblems({
    ...ready,
    changesets: 2,
    withoutChangelog: ["packages/a"],
  });
  expect(problems).toEqual([
    "2 changes have no version. Run `pnpm version:packages`, and commit the result.",
    "No changelog in packages/a. Run `pnpm version:packages`, and commit the result.",
  ]);
});
