import { expect, test } from "vitest";
import { checkTarball } from "./packed/check-tarball.ts";

const manifest = {
  name: "@ktx/one",
  version: "0.1.0",
  description: "One.",
  license: "Apache-2.0",
  keywords: ["one"],
  homepage: "https://example.org/a/b/tree/main/packages/one#readme",
  bugs: "https://example.org/a/b/issues",
  repository: { url: "git+https://example.org/a/b.git", directory: "packages/one" },
  engines: { node: ">=22.18" },
  publishConfig: { access: "public" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  dependencies: { "@ktx/two": "0.1.0" },
};
const map = { version: 3, sources: ["../src/index.ts"], sourcesContent: ["export {};"] };
const good = {
  "package.json": JSON.stringify(manifest),
  "README.md": "# One",
  LICENSE: "",
  "dist/index.d.ts": "export {};\n",
  "dist/index.js": "export {};\n//# sourceMappingURL=index.js.map",
  "dist/index.js.map": JSON.stringify(map),
};

function check(
  files: Readonly<Record<string, string>>,
  page: string | undefined = "https://example.org/a/b",
): readonly string[] {
  const entries = Object.entries({ ...good, ...files });
  const buffers = new Map(entries.map(([name, text]) => [name, Buffer.from(text)]));
  return checkTarball(buffers, ["/home/me"], page);
}

test("a complete tarball has no problem", () => {
  expect(check({})).toEqual([]);
  expect(check({ "dist/a.js": "/home/me-too" })).toEqual([]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["needs @ktx/two as workspace:*", { dependencies: { "@ktx/two": "workspace:*" } }],
  ["its manifest has no `keywords`", { keywords: [] }],
  ["its manifest has no `publishConfig.access`", { publishConfig: {} }],
  [
    "offers ./src/index.ts (@ktx/source), which is missing",
    { exports: { ".": { "@ktx/source": "./src/index.ts", default: "./dist/index.js" } } },
  ],
  ["offers ./dist/bin.js (bin), which is missing", { bin: { one: "./dist/bin.js" } }],
])("of a manifest it finds: %s", (problem, part) => {
  expect(check({ "package.json": JSON.stringify({ ...manifest, ...part }) })).toEqual([problem]);
});

test("of a README it finds links that lead out of the tarball", () => {
  const readme = "[a](../two) [b](docs/a.md#c) [c](https://example.org) [d](#d) [e](docs/e.md)";
  expect(check({ "README.md": readme, "docs/e.md": "" })).toEqual([
    "README.md links to ../two, which is missing",
    "README.md links to docs/a.md, which is missing",
  ]);
});

test("it finds another address than that of the repository, and a placeholder in its place", () => {
  const { homepage: _, bugs: __, repository: ___, ...bare } = manifest;
  const withoutAddress = { "package.json": JSON.stringify(bare) };
  expect(check({}, "https://git.acme.org/ktx")).toEqual([
    "its `homepage` is https://example.org/a/b/tree/main/packages/one#readme, expected https://git.acme.org/ktx/tree/main/packages/one#readme",
    "its `bugs` is https://example.org/a/b/issues, expected https://git.acme.org/ktx/issues",
    "its `repository.url` is git+https://example.org/a/b.git, expected git+https://git.acme.org/ktx.git",
  ]);
  expect(check(withoutAddress)).toHaveLength(4);
  const texts = {
    "README.md": "[a](https://github.com/OWNER/b)",
    "CHANGELOG.md": "[a](../a)\n\ngithub.com/OWNER/b",
  };
  expect(check(texts)).toEqual([
    "README.md names a placeholder, OWNER",
    "CHANGELOG.md names a placeholder, OWNER",
    "CHANGELOG.md links to ../a, which is missing",
  ]);
});

test("of a package with a changelog it finds a README that says that it is not published", () => {
  const readme = { "README.md": "# One\n\nNot yet published. It depends on nothing." };
  expect(check(readme)).toEqual([]);
  expect(check({ ...readme, "CHANGELOG.md": "# One" })).toEqual([
    "README.md says of a released package that it is not published",
  ]);
});

test("of a docstring it finds files that the tarball has not", () => {
  const types = "/** See `docs/a.md` and `docs/e.md`. */\nexport {};\n";
  expect(check({ "dist/index.d.ts": types, "docs/e.md": "" })).toEqual([
    "dist/index.d.ts names docs/a.md, which is missing",
  ]);
});

test.each([
  ["ships dist/one.test.js", "dist/one.test.js", ""],
  ["ships test/one.js", "test/one.js", ""],
  ["ships dist/.tsbuildinfo", "dist/.tsbuildinfo", ""],
  ["dist/a.js names /home/me", "dist/a.js", "const a = '/home/me/x';"],
  [
    "dist/a.js names the map a.js.map, which is missing",
    "dist/a.js",
    "\n//# sourceMappingURL=a.js.map",
  ],
  [
    "dist/index.d.ts names the map index.d.ts.map, which is missing",
    "dist/index.d.ts",
    "export {};\n//# sourceMappingURL=index.d.ts.map",
  ],
  ["dist/a.js imports ./b.js, which is missing", "dist/a.js", 'import { b } from "./b.js";'],
  ["dist/a.d.ts imports ./b.ts, which is missing", "dist/a.d.ts", 'export { b } from "./b.ts";'],
  ["dist/a.js.map does not hold its sources", "dist/a.js.map", '{"sources":["../src/a.ts"]}'],
  [
    "dist/a.js.map names /src/a.ts",
    "dist/a.js.map",
    '{"sources":["/src/a.ts"],"sourcesContent":[""]}',
  ],
])("of the files it finds: %s", (problem, file, text) => {
  expect(check({ [file]: text })).toEqual([problem]);
});
