import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Kind = "dependencies" | "peerDependencies" | "devDependencies" | "optionalDependencies";
const manifests = globSync(
  "{package.json,examples/package.json,docs/site/package.json,{packages,apps}/*/package.json,test/*/package.json}",
);

/** The foreign packages of all manifests, of these kinds. */
function declared(...kinds: readonly Kind[]): Set<string> {
  const names = manifests.flatMap((file) => {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Partial<Record<Kind, object>>;
    return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
  });
  return new Set(names.filter((name) => !name.startsWith("@ktx/")));
}

/** The rows of a table of docs/dependencies.md: the first cell, and the two beside it. */
function rows(title: string): ReadonlyMap<string, readonly [use: string, reason: string]> {
  const text = readFileSync("docs/dependencies.md", "utf8");
  const [, part = ""] = text.split(`\n## ${title}\n`);
  const table = part.split("\n## ")[0] ?? "";
  return new Map(
    Array.from(
      table.matchAll(/^\| `([^`]+)` +\| (.+?) +\| (.+?) +\|$/gm),
      ([, name = "", use = "", reason = ""]) => [name, [use, reason]],
    ),
  );
}

const shipped = declared("dependencies");
const brought = declared("peerDependencies").difference(shipped);
const ours = declared("devDependencies", "optionalDependencies")
  .difference(shipped)
  .difference(brought);

test.each([
  ["Shipped", shipped],
  ["Brought by the user", brought],
  ["Of this repository alone", ours],
])("the table %s has each dependency, and no other", (title, names) => {
  const table = rows(title);
  expect([...table.keys()].toSorted()).toEqual([...names].toSorted());
  for (const [name, [use, reason]] of table)
    expect.soft([use.trim().length > 3, reason.trim().length > 3], name).toEqual([true, true]);
});

test("every shipped dependency has one exact version in all manifests", () => {
  const versions = new Map<string, Set<string>>();
  for (const file of manifests) {
    const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    for (const [name, version] of Object.entries(dependencies))
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  for (const name of shipped)
    expect
      .soft([...(versions.get(name) ?? [])], name)
      .toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});

test("a README names the range of a peer that the manifest has", () => {
  const said = globSync("packages/*/package.json").flatMap((file) => {
    const { peerDependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly peerDependencies?: Readonly<Record<string, string>>;
    };
    const readme = readFileSync(file.replace("package.json", "README.md"), "utf8");
    return Object.entries(peerDependencies).flatMap(([name, range]) => {
      const [, there] = new RegExp(`\\b${name}\`? \\(\`?([^)\`]*)`).exec(readme) ?? [];
      return there === undefined ? [] : [[file, there, range.replace(/\.0$/, "")]];
    });
  });
  expect(said.length).toBeGreaterThanOrEqual(4);
  expect(said.map(([file, there]) => [file, there])).toEqual(
    said.map(([file, , range]) => [file, range]),
  );
});
