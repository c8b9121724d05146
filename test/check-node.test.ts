import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adviseOnNode } from "../scripts/check-node.mjs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const advise = (platform: string, arch: string, node: string, glibc = true): string | undefined =>
  adviseOnNode({ platform, arch, glibc, node }, manifest);

test("a machine for which a Node is pinned needs no other one", () => {
  expect(advise("linux", "x64", "20.20.2")).toBeUndefined();
  expect(advise("linux", "arm64", "18.0.0")).toBeUndefined();
  expect(advise("win32", "x64", "20.0.0")).toBeUndefined();
});

test("a Mac with an old Node reads which Node to install, and how", () => {
  expect(advise("darwin", "arm64", "20.20.2")).toBe(
    "error: ktx brings no Node of its own for darwin arm64, and this Node is 20.20.2: >=22.18 is needed.\n" +
      "next:  Install Node 24 from https://nodejs.org (or: brew install node@24), put it first on PATH, and try again.\n",
  );
});

test("a Linux without glibc, and a processor without a package, read the same", () => {
  expect(advise("linux", "x64", "20.0.0", false)).toContain("for linux x64 without glibc,");
  expect(advise("linux", "riscv64", "22.17.9")).toContain(
    "Install Node 24 from https://nodejs.org,",
  );
});

test.each(["22.18.0", "23.0.0", "24.21.0"])("Node %s serves everywhere", (node) => {
  expect(advise("darwin", "arm64", node)).toBeUndefined();
  expect(advise("freebsd", "x64", node)).toBeUndefined();
});

test("the check runs before each install of the clone", () => {
  expect(manifest.scripts.preinstall).toBe("node scripts/check-node.mjs");
});
