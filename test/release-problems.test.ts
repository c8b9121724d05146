import { expect, test } from "vitest";
import { findReleaseProblems } from "../scripts/release-problems.ts";

const ready = {
  address: { page: "https://github.com/acme/ktx" },
  changesets: 0,
  withoutChangelog: [],
  git: { uncommitted: 0, branch: "main", behind: 0 },
};

test("a repository with an address, versions and changelogs may be released", () => {
  expect(findReleaseProblems(ready)).toEqual([]);
  expect(findReleaseProblems({ ...ready, git: undefined })).toEqual([]);
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

test("a state of Git from which pnpm publishes nothing is refused", () => {
  const git = { uncommitted: 3, branch: "next", behind: 2 };
  expect(findReleaseProblems({ ...ready, git })).toEqual([
    "3 files have changes that are not committed. Commit them.",
    "The branch is next. Release from main.",
    "The remote branch is 2 commits ahead. Run `git pull`.",
  ]);
  expect(findReleaseProblems({ ...ready, git: { ...ready.git, branch: undefined } })).toEqual([
    "No branch is checked out. Release from main.",
  ]);
});
