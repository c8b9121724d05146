import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { callTool, connectMcpTools, type McpServer } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { openCodexHome } from "../../../../packages/codex-sim/test/real-codex/open-codex-home.ts";
import { runAppServer } from "../../../../packages/codex-sim/test/real-codex/run-app-server.ts";
import { runCodex } from "../../../../packages/codex-sim/test/real-codex/run-codex.ts";
import { bin, openSandbox, runKtx, type Sandbox, sourceOptions, spawnKtx } from "../spawn-ktx.ts";
import { writeWikiProject } from "./wiki-project.ts";

const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
const token = "a-token-of-forty-characters-for-this-test";

async function openWikiSandbox(): Promise<Sandbox> {
  const sandbox = await openSandbox();
  await writeWikiProject(sandbox.project);
  return sandbox;
}

function serverOf({ project }: Sandbox, ...args: string[]): McpServer {
  return {
    command: process.execPath,
    args: [...sourceOptions, bin, "mcp", "--project-dir", project, ...args],
  };
}

async function connect(server: McpServer) {
  const tools = await connectMcpTools(server, { hostEnv: process.env });
  return {
    names: Object.values(tools.toolSet).map(({ name }) => name),
    call: async (name: string, input: object) => {
      const tool = Object.values(tools.toolSet).find((one) => one.name === name);
      if (tool === undefined) throw new Error(`There is no ${name}.`);
      const { content, isError } = await callTool(tool, input, context);
      return { text: JSON.stringify(content), isError: isError === true };
    },
    [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose](),
  };
}

test("a client over stdio searches and reads, and sees no file that no page cites", async () => {
  await using sandbox = await openWikiSandbox();
  {
    await using client = await connect(serverOf(sandbox));
    expect(client.names).toEqual(["wiki_search", "wiki_read", "wiki_why", "source_read"]);
    expect((await client.call("wiki_search", { query: "net revenue" })).text).toContain(
      "finance/refunds.md",
    );
    expect((await client.call("wiki_why", { page: "finance/refunds" })).text).toContain(
      "sources/orders.sql:2 fine",
    );
    expect((await client.call("source_read", { source: "sources/orders.sql" })).text).toContain(
      "2| -- Refunds lower net revenue.",
    );
    for (const source of ["notes.txt", ".env", "../x", "wiki/Orders.md"])
      expect(await client.call("source_read", { source })).toMatchObject({ isError: true });
    expect(await client.call("wiki_read", { page: "../notes" })).toMatchObject({ isError: true });
  }
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("with --write a client adds a page whose citation is checked, and still sees no hidden file", async () => {
  await using sandbox = await openWikiSandbox();
  await using client = await connect(serverOf(sandbox, "--write"));
  const page = (source: string) => ({
    page: "notes",
    title: "Notes",
    body: "Nothing cites it.[^s1]",
    citations: [{ id: "s1", source, from: 1, to: 1 }],
  });
  expect(await client.call("page_write", page(".env"))).toMatchObject({ isError: true });
  expect(await client.call("page_write", page("notes.txt"))).toMatchObject({ isError: false });
  expect(await readFile(join(sandbox.project, "wiki/notes.md"), "utf8")).toContain(
    "[notes.txt:1](../notes.txt) sha256:",
  );
});

test("over HTTP only the holder of the token gets in, and Ctrl-C ends the server", async () => {
  await using sandbox = await openWikiSandbox();
  const ktx = spawnKtx(sandbox, ["mcp", "--http"], { env: { KTX_MCP_TOKEN: token } });
  let shown = "";
  ktx.child.stderr?.on("data", (piece: string) => (shown += piece));
  await ktx.seen("Ctrl-C");
  const url = /http:\S+/.exec(shown)?.[0] ?? "";
  const refused = await fetch(url, { method: "POST" });
  expect([refused.status, await refused.text()]).toEqual([
    401,
    expect.stringContaining("Authorization: Bearer <token>"),
  ]);
  {
    await using client = await connect({ url, headers: { authorization: `Bearer ${token}` } });
    expect((await client.call("wiki_search", { query: "refund" })).text).toContain("Refunds");
  }
  ktx.child.kill("SIGINT");
  const { exitCode, stderr } = await ktx.result;
  expect(exitCode).toBe(130);
  expect(stderr).not.toContain(token);
});

/** Milliseconds between two looks of the model for the tools of a server that starts. */
const startMs = 250;

test.each([
  ["exec", runCodex],
  ["app-server", runAppServer],
])(
  "the real Codex is a client over %s, with the very entry that ktx setup --agents has written: its model finds a page and reads it",
  async (_, runTurn) => {
    await using sandbox = await openWikiSandbox();
    await using home = await openCodexHome();
    const env = { CODEX_HOME: home.path };
    const setUp = await runKtx(sandbox, ["setup", "--agents", "codex", "--yes"], { env });
    expect(setUp).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Added the server/),
    });
    const inputs = [
      toolCall("wiki_search", { query: "net revenue" }),
      toolCall("wiki_read", { page: "finance/refunds.md" }),
    ];
    const outputs: string[] = [];
    await using sim = await startCodexSim({
      script: async ({ tools, toolOutputs }) => {
        // Codex begins a turn without a server that has not started yet, and offers its tools once it has.
        if (!tools.some((tool) => tool.endsWith("wiki_search"))) {
          await sleep(startMs);
          return reply([toolCall("list_mcp_resources", {})]);
        }
        const output = toolOutputs.at(-1)?.output;
        if (output !== undefined && !output.includes('"resources"')) outputs.push(output);
        return reply([inputs[outputs.length] ?? text("Refunds lower it.")]);
      },
    });
    const { events } = await runTurn({ home, baseUrl: sim.baseUrl });
    expect(outputs).toHaveLength(2);
    expect(outputs[0]).toContain("finance/refunds.md");
    expect(outputs[1]).toContain("A refund lowers net revenue.[^s1]");
    expect(JSON.stringify(events)).toContain("Refunds lower it.");
  },
);
