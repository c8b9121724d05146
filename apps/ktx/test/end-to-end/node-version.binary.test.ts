import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bin, openSandbox, runKtx } from "../spawn-ktx.ts";

function pretending(version: string): readonly string[] {
  const code = `Object.defineProperty(process.versions, "node", { value: "${version}" })`;
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

test.each([
  ["20.20.2", ["models"]],
  ["20.20.2", ["--help"]],
  ["22.17.1", ["run", "Hi", "--tools", "tools.ts"]],
  ["18.0.0", ["--version"]],
])("Node %s is refused with the version that ktx needs: %j", async (version, args) => {
  await using sandbox = await openSandbox();
  const result = await runKtx(sandbox, args, { nodeOptions: pretending(version) });
  expect(result).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      `error: ktx needs Node 22.18 or newer. This is Node ${version}.\n` +
      "next:  Install a newer Node from https://nodejs.org, or run ktx with one that is already installed.\n",
  });
});

test.each(["22.18.0", "23.0.0", "24.21.0"])("Node %s is not refused", async (version) => {
  await using sandbox = await openSandbox();
  const result = await runKtx(sandbox, ["--version"], { nodeOptions: pretending(version) });
  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
});

test("the program imports nothing before it has looked at the version", async () => {
  const source = await readFile(bin, "utf8");
  expect(source).not.toMatch(/^import /m);
  expect(source.indexOf("process.versions.node")).toBeLessThan(source.indexOf("import("));
});
