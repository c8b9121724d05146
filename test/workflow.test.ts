import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const workflow = readFileSync(".github/workflows/ci.yml", "utf8");
const { scripts, packageManager } = JSON.parse(readFileSync("package.json", "utf8"));

test("the workflow runs only what is there, with the pinned package manager", () => {
  const commands = Array.from(
    workflow.matchAll(/^ *- run: (.+)$/gm),
    ([, command = ""]) => command,
  );
  const lanes = /lane: \[(.+)\]/.exec(workflow)?.[1]?.split(", ") ?? [];
  expect(lanes).toEqual(["unit", "binary"]);
  expect(commands).toHaveLength(3);
  for (const command of commands.filter((each) => each.startsWith("npx")))
    for (const lane of lanes) {
      const [, , manager, script = ""] = command.replaceAll("${{ matrix.lane }}", lane).split(" ");
      expect(manager).toBe(packageManager);
      expect(Object.keys(scripts)).toContain(script);
    }
  expect(commands.filter((command) => !command.startsWith("npx"))).toEqual([".ci/run"]);
  expect(existsSync(".ci/run")).toBe(true);
});

test("the workflow names no address, and asks for no right but to read", () => {
  expect(workflow).not.toMatch(/https?:|registry/);
  expect(workflow).toContain("permissions:\n  contents: read\n");
});

test("the support statement has the platforms of the workflow", () => {
  const support = readFileSync("docs/support.md", "utf8");
  for (const platform of ["Linux x64", "macOS", "Windows x64"]) expect(support).toContain(platform);
});
