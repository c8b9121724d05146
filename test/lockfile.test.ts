import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the lock file knows every dependency of every package, so that a frozen install works", () => {
  const locked = importers(readFileSync("pnpm-lock.yaml", "utf8"));
  const manifests = globSync("{package.json,{packages,apps}/*/package.json,test/*/package.json}");
  expect(manifests.length).toBeGreaterThan(10);
  for (const manifest of manifests) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(manifest, "utf8"),
    );
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const folder = manifest.replace(/\/?package\.json$/, "") || ".";
    expect.soft(locked.get(folder) ?? {}, folder).toEqual(wanted);
  }
});

/** Of each importer of a pnpm 9 lock file: its dependencies and their specifiers. */
function importers(text: string): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  const part = text.slice(text.indexOf("\nimporters:"), text.indexOf("\npackages:"));
  let importer: Record<string, string> = {};
  let name = "";
  for (const line of part.split("\n")) {
    const [, folder] = /^ {2}(\S+):$/.exec(line) ?? [];
    if (folder !== undefined) found.set(folder, (importer = {}));
    const [, key] = /^ {6}(\S+):$/.exec(line) ?? [];
    if (key !== undefined) name = unquoted(key);
    const [, specifier] = /^ {8}specifier: (.+)$/.exec(line) ?? [];
    if (specifier !== undefined) importer[name] = unquoted(specifier);
  }
  return found;
}

function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, "$1");
}
