import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

function openWorkspace(path: string) {
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
  };
  const run = (command: string, ...args: readonly string[]): void => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: path, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
  };
  const person = ["-c", "user.name=one", "-c", "user.email=one@example.org"];
  return {
    write,
    read: (name: string): string => readFileSync(join(path, name), "utf8"),
    versionOf: (name: string): unknown =>
      JSON.parse(readFileSync(join(path, "packages", name, "package.json"), "utf8")).version,
    changesets: (): readonly string[] =>
      readdirSync(join(path, ".changeset")).filter((name) => name.endsWith(".md")),
    commit: (): void => {
      run("git", "add", ".");
      run("git", ...person, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=one");
    },
    start: (): void => {
      symlinkSync(join(root, "node_modules"), join(path, "node_modules"), "junction");
      run("git", "init", "--quiet", "--initial-branch=main");
    },
    makeVersions: (): void => run(process.execPath, join(root, "scripts/version-packages.ts")),
  };
}

function packageFiles(name: string, dependencies: Readonly<Record<string, string>> = {}) {
  const manifest = { name: `@ktx/${name}`, version: "0.1.0", dependencies };
  return {
    [`packages/${name}/package.json`]: JSON.stringify(manifest),
    [`packages/${name}/README.md`]: `# @ktx/${name}\n\nThis is ${name}.\n\n## More\n`,
  };
}

test("the first release says what each package is, and the next ones say what changed", () => {
  using place = mkdtempDisposableSync(join(tmpdir(), "ktx-versions-"));
  const { write, read, versionOf, changesets, commit, start, makeVersions } = openWorkspace(
    place.path,
  );
  start();
  write({
    "package.json": `{ "name": "root", "private": true, "type": "module" }`,
    "pnpm-workspace.yaml": `packages:\n  - packages/*\n`,
    "pnpm-lock.yaml": "",
    ".gitignore": "node_modules\n",
    ".changeset/config.json": readFileSync(join(root, ".changeset/config.json"), "utf8"),
    ".changeset/base-counts.md": `---\n"@ktx/base": minor\n---\n\nCounts.\n`,
    ...packageFiles("base"),
    ...packageFiles("user", { "@ktx/base": "workspace:^" }),
  });
  commit();
  makeVersions();
  expect([versionOf("base"), versionOf("user"), changesets()]).toEqual(["0.1.0", "0.1.0", []]);
  expect(read("packages/base/CHANGELOG.md")).toBe(
    "# @ktx/base\n\n## 0.1.0\n\nThe first version.\n\nThis is base.\n",
  );

  commit();
  write({
    ".changeset/base-waits.md": `---\n"@ktx/base": minor\n"@ktx/late": minor\n---\n\nWaits.\n`,
    ...packageFiles("late", { "@ktx/base": "workspace:^" }),
  });
  commit();
  makeVersions();
  expect([versionOf("base"), versionOf("user"), changesets()]).toEqual(["0.2.0", "0.1.1", []]);
  expect(read("packages/base/CHANGELOG.md")).toMatch(
    /^# @ktx\/base\n\n## 0\.2\.0\n\n### Minor Changes\n\n- \w+: Waits\.\n\n## 0\.1\.0\n/,
  );
  expect(read("packages/user/CHANGELOG.md")).toContain("  - @ktx/base@0.2.0\n");
  // Its dependency moved it. It has one first version: the one that is published.
  expect(read("packages/late/CHANGELOG.md")).toBe(
    `# @ktx/late\n\n## ${String(versionOf("late"))}\n\nThe first version.\n\nThis is late.\n`,
  );
});
