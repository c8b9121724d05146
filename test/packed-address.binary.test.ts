import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const readme =
  "# @ktx/one\n\nNot yet published. Counts. See [the guide](../../docs/guide.md#a) and [`@ktx/two`](../two).\n";

/** Not in `node_modules`, where Node runs no TypeScript. */
const makePlace = () => mkdtempDisposableSync(join(tmpdir(), "ktx-packed-address-"));

/** A clone with one package and the scripts of this repository. */
function makeClone(path: string, origin: string | undefined): string {
  const folder = join(path, "packages/one");
  for (const name of ["scripts", "tsconfig.base.json"])
    cpSync(join(root, name), join(path, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"), "junction");
  for (const each of ["docs", "packages/two", "packages/one/src"])
    mkdirSync(join(path, each), { recursive: true });
  const manifest = {
    name: "@ktx/one",
    version: "0.1.0",
    type: "module",
    files: ["dist", "CHANGELOG.md"],
    scripts: {},
    publishConfig: { access: "public", directory: ".packed", linkDirectory: false },
  };
  const files = {
    ".gitignore": "node_modules\ndist\n.packed\nbin\n",
    "package.json": `{ "type": "module" }`,
    "docs/guide.md": "# A\n",
    "packages/one/package.json": JSON.stringify(manifest),
    "packages/one/README.md": readme,
    "packages/one/CHANGELOG.md": `${readme}\n## 0.1.0\n`,
    "packages/one/tsconfig.json": `{ "extends": "../../tsconfig.base.json" }`,
    "packages/one/src/index.ts": "export const one = 1;\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: path });
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  const person = ["-c", "user.name=one", "-c", "user.email=one@example.org"];
  git(...person, "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=one");
  if (origin !== undefined) git("remote", "add", "origin", origin);
  return folder;
}

function node(cwd: string, script: string, args: readonly string[] = [], path?: string) {
  const { KTX_REPOSITORY_URL: _, ...env } = process.env;
  return spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...env, ...(path !== undefined && { PATH: path }) },
  });
}

function packedTexts(folder: string): Readonly<Record<string, string>> {
  const names = ["package.json", "README.md", "CHANGELOG.md"];
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, ".packed", name), "utf8")]),
  );
}

test("a clone packs the address of its remote, without the key, and leaves its own files alone", () => {
  using place = makePlace();
  const folder = makeClone(place.path, "https://me:made-up-key@github.com/acme/ktx.git");
  const { status, stderr } = node(folder, "../../scripts/prepack.ts");
  expect([status, stderr]).toEqual([0, ""]);
  const packed = packedTexts(folder);
  expect(JSON.parse(packed["package.json"] ?? "")).toMatchObject({
    homepage: "https://github.com/acme/ktx/tree/main/packages/one#readme",
    bugs: "https://github.com/acme/ktx/issues",
    repository: { url: "git+https://github.com/acme/ktx.git", directory: "packages/one" },
    publishConfig: { access: "public" },
  });
  for (const name of ["README.md", "CHANGELOG.md"])
    expect(packed[name]).toContain(
      "See [the guide](https://github.com/acme/ktx/blob/main/docs/guide.md#a) and [`@ktx/two`](https://github.com/acme/ktx/tree/main/packages/two).",
    );
  expect(JSON.stringify(packed)).not.toMatch(/made-up-key|OWNER|Not yet published/);
  expect(existsSync(join(folder, ".packed/dist/index.js"))).toBe(true);
  expect(readFileSync(join(folder, "README.md"), "utf8")).toBe(readme);
});

test.each([undefined, "/srv/git/ktx.git"])(
  "a clone of origin %s packs without an address, and is not published",
  (origin) => {
    using place = makePlace();
    const folder = makeClone(place.path, origin);
    expect(node(folder, "../../scripts/prepack.ts").status).toBe(0);
    const packed = packedTexts(folder);
    expect(packed["README.md"]).toContain("See the guide and `@ktx/two`.");
    expect(Object.values(packed).join("")).not.toMatch(/https?:|"(?:homepage|bugs|repository)"/);
    const problem =
      origin === undefined
        ? "this clone has no remote `origin`"
        : `public address of a repository: ${origin}`;
    const refused = node(place.path, "scripts/publish.ts");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^error: .*\n$/);
    expect(refused.stderr).toContain(problem);
    expect(refused.stderr).toContain("git remote set-url origin <address>");
  },
);

// The stand-in for the package manager is a script with a first line that Windows does not read.
test.skipIf(process.platform === "win32").each([
  [
    "without an address and a commit",
    undefined,
    /^before a release: The repository has no address: .*\nbefore a release: 1 files have changes that are not committed\. Commit them\.\n$/,
  ],
  [
    "of a commit with an address",
    "git@github.com:acme/ktx.git",
    /^Nothing stands against a release\. The sign-in at the registry was not checked\.\n$/,
  ],
])("a dry run %s goes on, and says last what a release would refuse", (_, origin, said) => {
  using place = makePlace();
  makeClone(place.path, origin);
  if (origin === undefined) writeFileSync(join(place.path, "new.txt"), "");
  const bin = join(place.path, "bin");
  mkdirSync(bin);
  const standIn = '#!/bin/sh\necho "pnpm $*"\necho "the lists" >&2\n';
  writeFileSync(join(bin, "pnpm"), standIn, { mode: 0o755 });
  const path = [bin, process.env["PATH"]].join(delimiter);
  const { status, stdout, stderr } = node(place.path, "scripts/publish.ts", ["--dry-run"], path);
  expect(status).toBe(0);
  expect(stdout).toBe("pnpm -r publish --access public --dry-run --no-git-checks\n");
  const [before, after] = stderr.split("the lists\n");
  expect(after).toMatch(said);
  expect(before).toBe(origin === undefined ? after : "");
});
