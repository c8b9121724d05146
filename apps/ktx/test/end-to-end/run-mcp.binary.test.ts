import { join } from "node:path";
import { answering, type CodexSim, startCodexSim, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");
const program = join(
  import.meta.dirname,
  "../../../../packages/mcp-bridge/test/programs/foreign-server.ts",
);
const server = `${process.execPath} '${program}'`;
const call = (tool: string, input = {}) => toolCall(tool, input);
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

test("a run has the tools of an MCP server beside those of a module, and the server ends with it", async () => {
  await using sandbox = await openSandbox();
  const script = answering((output) =>
    output === undefined ? [call("read_file", { path: "a.md" })] : `Read: ${output}`,
  );
  await using sim = await startCodexSim({ script });
  const args = ["run", "Read", "--tools", greet, "--mcp", server, ...on(sim)];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, args);

  expect(stdout).toContain("The text of a.md.");
  expect(stderr).toMatch(/^ {2}1 {2}read_file +"a\.md" +\d+ ms$/m);
  expect(exitCode).toBe(0);
  expect(sim.requests[0]?.tools).toEqual(expect.arrayContaining(["greet", "read_file"]));
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("a server gets the variables that --mcp-env names, and no other of the user's", async () => {
  await using sandbox = await openSandbox();
  const script = answering((output) =>
    output === undefined ? [call("environment")] : `It has ${output}`,
  );
  await using sim = await startCodexSim({ script });
  const args = ["run", "Look", "--mcp", server, "--mcp-env", "GIVEN", ...on(sim)];
  const env = { GIVEN: "given-value", CODEX_API_KEY: "key-value", OTHER: "other-value" };
  const { stdout } = await runKtx(sandbox, args, { env });

  expect(stdout).toContain("given-value");
  expect(stdout).not.toContain("key-value");
  expect(stdout).not.toContain("other-value");
});

test("run --explain lists the server's tools, and asks the model nothing", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: [] });
  const args = ["run", "--explain", "--mcp", server, ...on(sim)];
  const { exitCode, stdout } = await runKtx(sandbox, args);
  const { stdout: json } = await runKtx(sandbox, [...args, "--json"]);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ {2}tools +read_file,$/m);
  expect(stdout).toContain(`  MCP server    ${server}: read_file, environment`);
  expect(JSON.parse(json)).toMatchObject({
    mcpServers: [{ server, tools: expect.arrayContaining(["read_file"]) }],
  });
  expect(sim.requests).toEqual([]);
});

test.each([
  [
    "a server that ends at once",
    ["--mcp", "node -e process.exit(7)"],
    1,
    /has ended \(exit code 7\)/,
  ],
  [
    "a program that does not exist",
    ["--mcp", "ktx-no-such-program"],
    1,
    /"ktx-no-such-program" did not start/,
  ],
  ["two servers with tools of one name", ["--mcp", server, "--mcp", server], 2, /got "read_file"/],
  ["an open quote", ["--mcp", "node 'x"], 2, /with an\s+open quote\.\s+next: +Close the quote/],
  ["another protocol", ["--mcp", "ftp://x"], 2, /of ftp\.\s+next: +Give the http or https address/],
  ["a variable that is not set", ["--mcp", server, "--mcp-env", "NOPE"], 2, /got NOPE/],
])(
  "%s fails before the model is asked, and leaves nothing",
  async (_, flags, expected, message) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: [] });
    const { exitCode, stdout, stderr } = await runKtx(sandbox, ["run", "Hi", ...flags, ...on(sim)]);

    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(exitCode).toBe(expected);
    expect(sim.requests).toEqual([]);
    expect(await sandbox.listProcesses()).toEqual([]);
  },
);
