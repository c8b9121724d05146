import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  completeManifest,
  type PackageManifest,
  readdressLinks,
} from "../scripts/complete-manifest.ts";

const read = (file: string): PackageManifest => JSON.parse(readFileSync(file, "utf8"));
const root: { readonly repository: { readonly url: string } } = JSON.parse(
  readFileSync("package.json", "utf8"),
);
const manifests = globSync("{packages,apps}/*/package.json");

describe.each(manifests)("%s", (file) => {
  test("has all that a release needs; `pnpm manifests` completes it", () => {
    const manifest = read(file);
    expect(completeManifest(manifest, dirname(file), root.repository.url)).toEqual(manifest);
    expect((manifest.keywords ?? []).length).toBeGreaterThanOrEqual(3);
  });
});

test("each export is made of a source that is there", () => {
  const sources = manifests.flatMap((file) =>
    Object.values(read(file).exports ?? {}).flatMap((target) =>
      typeof target === "string" ? [] : [posix.join(dirname(file), target["@ktx/source"] ?? "")],
    ),
  );
  expect(sources.length).toBeGreaterThanOrEqual(manifests.length - 1);
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
});

test("a manifest is completed by what the package's place and its exports say", () => {
  const complete = completeManifest(
    {
      name: "@ktx/one",
      files: ["dist"],
      exports: {
        ".": {
          "@ktx/source": "./src/index.ts",
          types: "./dist/index.d.ts",
          default: "./dist/a.js",
        },
        "./schema.json": "./schema.json",
      },
      scripts: { build: "tsc -b" },
    },
    "packages/one",
    "git+https://example.org/a/b.git",
  );
  expect(complete).toMatchObject({
    homepage: "https://example.org/a/b/tree/main/packages/one#readme",
    bugs: "https://example.org/a/b/issues",
    repository: { type: "git", url: "git+https://example.org/a/b.git", directory: "packages/one" },
    files: ["dist", "CHANGELOG.md"],
    scripts: { build: "tsc -b", prepack: "node ../../scripts/prepack.ts" },
    publishConfig: {
      access: "public",
      exports: {
        ".": { types: "./dist/index.d.ts", default: "./dist/a.js" },
        "./schema.json": "./schema.json",
      },
    },
  });
});

test("links of a README into the repository lead to the address of the root manifest", () => {
  const link = (address: string) =>
    `[a](${address}/blob/main/docs/a.md) [b](https://github.com/x/y)`;
  expect(
    readdressLinks(link("https://github.com/OWNER/ktx"), "git+https://example.org/a/b.git"),
  ).toBe(link("https://example.org/a/b"));
  for (const file of globSync("{packages,apps}/*/README.md")) {
    const readme = readFileSync(file, "utf8");
    expect.soft(readdressLinks(readme, root.repository.url), file).toBe(readme);
  }
});

test("a README links to whole addresses, or to files that its package brings", () => {
  for (const file of globSync("{packages,apps}/*/README.md")) {
    const { files } = read(join(dirname(file), "package.json"));
    const text = readFileSync(file, "utf8").replaceAll(/^(`{3,})[^]*?^\1$/gm, "");
    const outside = Array.from(text.matchAll(/\]\(([^)\s#]+)/g), ([, link = ""]) => link).filter(
      (link) =>
        !link.startsWith("https:") && !files.includes(posix.normalize(link).split("/")[0] ?? ""),
    );
    expect.soft(outside, file).toEqual([]);
  }
});
