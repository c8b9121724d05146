import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { completeManifest, type PackageManifest } from "../scripts/complete-manifest.ts";

const read = (file: string): PackageManifest => JSON.parse(readFileSync(file, "utf8"));
const manifests = globSync("{packages,apps}/*/package.json");

describe.each(manifests)("%s", (file) => {
  test("has all that a release needs; `pnpm manifests` completes it", () => {
    const manifest = read(file);
    expect(completeManifest(manifest, dirname(file))).toEqual(manifest);
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
  );
  expect(complete).toMatchObject({
    files: ["dist", "CHANGELOG.md"],
    scripts: { build: "tsc -b", prepack: "node ../../scripts/prepack.ts" },
    publishConfig: {
      access: "public",
      directory: ".packed",
      linkDirectory: false,
      exports: {
        ".": { types: "./dist/index.d.ts", default: "./dist/a.js" },
        "./schema.json": "./schema.json",
      },
    },
  });
});

test("a manifest names no address of the repository: only a packed one does", () => {
  for (const file of ["package.json", ...manifests]) {
    const { homepage, bugs, repository } = read(file);
    expect.soft({ homepage, bugs, repository }, file).toEqual({});
  }
});
