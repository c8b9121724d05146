import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findReleaseProblems } from "../scripts/release-problems.ts";

const ready = {
  repository: "git+https://github.com/acme/ktx.git",
  changesets: 0,
  withoutChangelog: [],
};

test("a repository with a name, versions and changelogs may be released", () => {
  expect(findReleaseProblems(ready)).toEqual([]);
});

test("a placeholder in place of the repository's owner is refused, with its one place", () => {
  const repository = "git+https://github.com/OWNER/ktx.git";
  expect(findReleaseProblems({ ...ready, repository })).toEqual([
    `The address of the repository is a placeholder: ${repository}. Put the real one into \`repository.url\` of the root package.json, its only place, and run \`pnpm manifests\`.`,
  ]);
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

test("the address stands in the root manifest, and elsewhere only where `manifests` writes it", () => {
  const root = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly repository: { readonly url: string };
  };
  const address = root.repository.url.replace(/^git\+https:\/\//, "").replace(/\.git$/, "");
  const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0");
  const written = new Set([
    "package.json",
    ...globSync("{packages,apps}/*/{package.json,README.md}"),
  ]);
  // The placeholder has its tests and its guide.
  const apart = /^(?:test\/|CONTRIBUTING\.md$|pnpm-lock\.yaml$)/;
  const found = files.filter(
    (file) =>
      /\.(?:md|ts|json|ya?ml)$/.test(file) &&
      !apart.test(file) &&
      !written.has(file) &&
      readFileSync(file, "utf8").includes(address),
  );
  expect(found).toEqual([]);
});
