import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packedManifest, packedText } from "../scripts/packed-package.ts";

const page = "https://github.com/acme/ktx";
const manifest = {
  name: "@ktx/one",
  files: ["dist", "docs"],
  scripts: {},
  publishConfig: { access: "public", directory: ".packed", linkDirectory: false },
};

test("a packed manifest has the address of the repository, and not how it is laid out", () => {
  expect(packedManifest(manifest, "packages/one", page)).toEqual({
    name: "@ktx/one",
    files: ["dist", "docs"],
    scripts: {},
    homepage: `${page}/tree/main/packages/one#readme`,
    bugs: `${page}/issues`,
    repository: { type: "git", url: `git+${page}.git`, directory: "packages/one" },
    publishConfig: { access: "public" },
  });
});

test("without an address, a packed manifest has no field for it", () => {
  const packed = packedManifest(manifest, "packages/one", undefined);
  expect(Object.keys(packed)).toEqual(["name", "files", "scripts", "publishConfig"]);
});

const packed = {
  folder: "packages/one",
  page,
  isReleased: false,
  files: ["dist", "docs"],
  isFolder: (path: string): boolean => path === "packages/two",
};

test.each([
  ["[a](../../docs/a.md#b)", `[a](${page}/blob/main/docs/a.md#b)`],
  [
    "[`two`](../two/) and [b](test/b.ts)",
    `[\`two\`](${page}/tree/main/packages/two) and [b](${page}/blob/main/packages/one/test/b.ts)`,
  ],
  ["![a](../../docs/a.png)", `![a](${page}/blob/main/docs/a.png)`],
  [
    "[a](docs/a.md) [b](#b) [c](https://example.org/c)",
    "[a](docs/a.md) [b](#b) [c](https://example.org/c)",
  ],
  [
    "`[a](../a)` and `c` [b](../two)",
    `\`[a](../a)\` and \`c\` [b](${page}/tree/main/packages/two)`,
  ],
  [
    "```md\n[a](../a)\n```\n[b](../two)",
    `\`\`\`md\n[a](../a)\n\`\`\`\n[b](${page}/tree/main/packages/two)`,
  ],
])(
  "of a text, %j is packed as a link that leads out of the tarball with a whole address",
  (text, expected) => {
    expect(packedText(text, packed)).toBe(expected);
  },
);

test("without an address, a link that leads out of the tarball is its text", () => {
  const text = "See [`two`](../two), [a](docs/a.md) and [c](https://example.org/c).";
  expect(packedText(text, { ...packed, page: undefined })).toBe(
    "See `two`, [a](docs/a.md) and [c](https://example.org/c).",
  );
});

test.each([
  ["# One\n\nNot yet published.\n\nIt counts.\n", "# One\n\nIt counts.\n"],
  ["# One\n\nNot yet published. It counts.\n", "# One\n\nIt counts.\n"],
  [
    "# One\n\nNot yet published: [pack it](../../docs/a.md#b). Add `two`.\n",
    "# One\n\nAdd `two`.\n",
  ],
])("of %j, a clone packs every word, and a release no word of being unpublished", (text, left) => {
  expect(packedText(text, { ...packed, isReleased: true })).toBe(left);
  expect(packedText(text, packed)).toContain("Not yet published");
});

test.each(globSync("{packages,apps}/*/README.md"))("%s, released, is published", (file) => {
  const text = packedText(readFileSync(file, "utf8"), { ...packed, isReleased: true });
  expect(text).not.toMatch(/not yet published|not on npm/i);
  expect(text).not.toContain("\n\n\n");
});
