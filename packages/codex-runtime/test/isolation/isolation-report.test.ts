import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  formatIsolationReport,
  type IsolationReport,
} from "../../src/index.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { wikiTools } from "./wiki-tools.ts";

test("a strict run on the signed-in account is described by its tools, its one file and its hosts", async () => {
  const { path, options } = await makeUser();
  const report = await new CodexKtxLlmRuntime(options).describeIsolation({ toolSet: wikiTools });
  expect(report).toEqual({
    mode: "strict",
    shown: {
      tools: ["wiki_search", "wiki_read"],
      addedByCodex: [],
      instructionBytes: 28,
    },
    userFiles: [
      {
        path: join(path, ".codex", "auth.json"),
        exists: true,
        purpose: "the sign-in; a refreshed token is written back",
      },
    ],
    hosts: [
      { host: "chatgpt.com", purpose: "the model, signed in with ChatGPT" },
      { host: "auth.openai.com", purpose: "refreshes that sign-in" },
      { host: "api.openai.com", purpose: "the model, signed in with an API key" },
    ],
    influences: [],
    codexHome: expect.stringContaining(join(path, "cache", "ktx", "homes")),
  });
  expect(await readdir(path)).toEqual([".codex"]);
});

test.each<{ case: string; add: Partial<CodexRuntimeOptions>; hosts: readonly string[] }>([
  {
    case: "with an endpoint of its own",
    add: { endpoint: { baseUrl: "http://127.0.0.1:11434/v1" } },
    hosts: ["127.0.0.1:11434"],
  },
  { case: "with an API key", add: { env: { CODEX_API_KEY: "sk" } }, hosts: ["api.openai.com"] },
])("a strict run $case reads no file of the user's and has one host", async ({ add, hosts }) => {
  const { options } = await makeUser();
  const env = { ...options.env, ...add.env };
  const report = await new CodexKtxLlmRuntime({ ...options, ...add, env }).describeIsolation();
  expect(report.userFiles).toEqual([]);
  expect(report.hosts.map(({ host }) => host)).toEqual(hosts);
  expect(report.shown?.tools).toEqual([]);
});

test("a run in host mode is described by what of the user's gets in", async () => {
  const { path, options } = await makeUser();
  await writeFile(join(path, ".codex", "config.toml"), '[mcp_servers.browser]\ncommand = "x"\n');
  const runtime = new CodexKtxLlmRuntime({ ...options, isolation: "host" });
  const report = await runtime.describeIsolation();
  expect(report).toMatchObject({ mode: "host", codexHome: join(path, ".codex") });
  expect(report).not.toHaveProperty("shown");
  expect(report.influences).toEqual([
    {
      path: join(path, ".codex", "config.toml"),
      brings: "settings: mcp_servers (browser)",
    },
  ]);
  expect(report.hosts.map(({ host }) => host)).toContain("ab.chatgpt.com");
});

test.each<Partial<CodexRuntimeOptions>>([{ toolTransport: "mcp" }, { transport: "exec" }])(
  "with %j the report has the server of the tools, and the readers that Codex adds",
  async (choice) => {
    const { options } = await makeUser();
    const runtime = new CodexKtxLlmRuntime({ ...options, ...choice });
    const report = await runtime.describeIsolation({ toolSet: wikiTools });
    expect(report.shown?.tools).toEqual([
      "mcp__ktx.wiki_search",
      "mcp__ktx.wiki_read",
      "list_mcp_resources",
      "list_mcp_resource_templates",
      "read_mcp_resource",
    ]);
    expect(report.shown?.addedByCodex).toEqual(report.shown?.tools.slice(2));
    expect(report.hosts).toContainEqual({ host: "127.0.0.1", purpose: "this run's tools" });
  },
);

test("of an injected runner nothing is said and nothing is looked at", async () => {
  const { options } = await makeUser();
  const runner = { runStreamed: () => Promise.reject(new Error("not run")) };
  const report = await new CodexKtxLlmRuntime({ ...options, runner }).describeIsolation();
  expect(report).toEqual({ mode: "custom-runner", userFiles: [], hosts: [], influences: [] });
  expect(formatIsolationReport(report)).toBe(
    "Isolation: custom-runner. An injected runner decides what the model sees.",
  );
});

test("the report reads as text", () => {
  const report: IsolationReport = {
    mode: "strict",
    shown: {
      tools: ["mcp__ktx.add", "list_mcp_resources", "read_mcp_resource"],
      addedByCodex: ["list_mcp_resources", "read_mcp_resource"],
      instructionBytes: 28,
    },
    userFiles: [{ path: "/home/me/.codex/auth.json", exists: false, purpose: "the sign-in" }],
    hosts: [{ host: "chatgpt.com", purpose: "the model" }],
    influences: [{ path: "/etc/codex/requirements.toml", brings: "requirements" }],
    codexHome: "/home/me/.cache/ktx/homes/0",
  };
  expect(formatIsolationReport(report)).toBe(
    `Isolation: strict. The model sees the inputs listed here, and nothing else of this machine.
  tools         mcp__ktx.add
  Codex adds    list_mcp_resources,
                read_mcp_resource; they find nothing
  instructions  28 bytes of base instructions
  user files    /home/me/.codex/auth.json (the sign-in; not there)
  hosts         chatgpt.com (the model)
  also gets in  requirements (/etc/codex/requirements.toml)
  Codex home    /home/me/.cache/ktx/homes/0`,
  );
});

async function makeUser(): Promise<{
  readonly path: string;
  readonly options: CodexRuntimeOptions & { readonly env: NodeJS.ProcessEnv };
}> {
  const folder = await makeTestFolder("report");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await mkdir(join(folder.path, ".codex"));
  await writeFile(join(folder.path, ".codex", "auth.json"), "{}");
  return {
    path: folder.path,
    options: {
      projectDir: folder.path,
      modelSlots: { default: "codex" },
      env: { HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "cache") },
    },
  };
}
