import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../../src/run-program.ts";
import { captureIo } from "../capture-io.ts";
import { writeWikiProject } from "../end-to-end/wiki-project.ts";

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const project = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
  try {
    await writeWikiProject(project);
    const io = captureIo({ cwd: project, env });
    const exitCode = await runProgram(args, io);
    return { exitCode, ...io.written };
  } finally {
    await rm(project, { recursive: true });
  }
}

test.each([
  [["search", "zebra"], 1, "", /^No page has any of these words\.\n$/],
  [
    ["read", "refund"],
    1,
    "",
    /^error: There is no page "refund" in wiki\.\nnext:  Did you mean finance\/refunds\.md\?\n$/,
  ],
  [["read", "../notes"], 2, "", /^error: Expected the name of a page/],
  [["why", "notes.txt"], 1, "", /There is no page "notes\.txt"/],
  [["list", "--wiki-dir", "none"], 1, "", /^error: There is no wiki/],
  [["list", "--wiki-dir", "../.."], 1, "", /leads out of it/],
  [["search"], 2, "", /missing required argument/],
  [["search", "x", "--limit", "0"], 2, "", /Expected a whole number from 1/],
  [["read", "a", "b"], 2, "", /too many arguments/],
])("ktx wiki %j ends with %i and says why", async (args, exitCode, stdout, stderr) => {
  const result = await run(["wiki", ...args]);
  expect(result).toMatchObject({ exitCode, stdout });
  expect(result.stderr).toMatch(stderr);
});

test.each([
  [["mcp", "--http"], {}, 2, /needs a token in KTX_MCP_TOKEN/],
  [["mcp", "--http"], { KTX_MCP_TOKEN: "short" }, 2, /got a value of 5 characters/],
  [["mcp", "--port", "7337"], {}, 2, /--http alone/],
  [["mcp", "--http", "--port", "70000"], {}, 2, /a port from 0 to 65535/],
  [["mcp", "--wiki-dir", "none"], {}, 1, /There is no wiki/],
])("ktx %j with %j does not start, and says why", async (args, env, exitCode, stderr) => {
  const result = await run(args, env);
  expect(result).toMatchObject({ exitCode, stdout: "" });
  expect(result.stderr.replaceAll(/\s+/g, " ")).toMatch(stderr);
});
