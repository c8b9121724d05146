import { answering, type CodexSim, startCodexSim, toolCall } from "@ktx/codex-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type RuntimeWarning,
} from "../../src/index.ts";
import { openOwnTransport } from "../own-threads.ts";
import { models } from "../codex-under-test.ts";
import { codexWays } from "./codex-ways.ts";
import {
  forbiddenCommand,
  type HostileHome,
  makeHostileHome,
  trapPrograms,
  trapTexts,
} from "./hostile-home.ts";
import { wikiTools } from "./wiki-tools.ts";

/** Of a request that says "hi", with no tools or with two small ones, over the pipe or beside Codex's resource readers. */
const byteLimits = {
  exec: {
    "gpt-5.5": { plain: 1_900, dynamic: 0, mcp: 2_800 },
    "gpt-6.1-sol": { plain: 2_100, dynamic: 0, mcp: 3_000 },
  },
  "app-server": {
    "gpt-5.5": { plain: 1_750, dynamic: 2_400, mcp: 2_800 },
    "gpt-6.1-sol": { plain: 1_900, dynamic: 2_600, mcp: 3_000 },
  },
};
/** How Codex names the program that it runs for. */
const originators = { exec: "codex_sdk_ts", "app-server": "ktx" };
const resourceReaders = ["list_mcp_resource_templates", "list_mcp_resources", "read_mcp_resource"];

describe.each(codexWays)("on a machine full of traps, Codex $version over $transport", (way) => {
  const { codexPath, transport } = way;
  const toolTransports = transport === "exec" ? (["mcp"] as const) : (["dynamic", "mcp"] as const);
  let home: HostileHome;
  beforeAll(async () => {
    home = await makeHostileHome(codexPath);
  });
  afterAll(() => home[Symbol.asyncDispose]());

  function runtimeOn(sim: CodexSim, options: Partial<CodexRuntimeOptions>): CodexKtxLlmRuntime {
    return new CodexKtxLlmRuntime({
      projectDir: home.projectDir,
      modelSlots: { default: "codex" },
      endpoint: { baseUrl: sim.baseUrl },
      env: home.env,
      codexPath,
      transport,
      onWarning: () => undefined,
      ...options,
    });
  }

  describe.each(models)("with %s", (model) => {
    test("a plain run in strict isolation shows the model nothing but its text, in few bytes", async () => {
      await using sim = await startCodexSim({ script: answering(() => "hello") });
      const warnings: RuntimeWarning[] = [];
      const runtime = runtimeOn(sim, {
        modelSlots: { default: model },
        onWarning: (warning) => warnings.push(warning),
      });

      const answer = await runtime.generateText({ role: "default", prompt: "hi" });

      expect(answer).toBe("hello");
      expect(sim.requests.map(({ tools }) => tools)).toEqual([[]]);
      expect(sim.requests[0]?.bytes).toBeLessThanOrEqual(byteLimits[transport][model].plain);
      expect(sim.requests[0]?.headers).not.toHaveProperty("authorization");
      expect(sim.requests[0]?.headers["originator"]).toBe(originators[transport]);
      expect(trapsIn(sim)).toEqual([]);
      expect(await home.sprung()).toEqual([]);
      expect(warnings).toEqual([]);
    });

    test.each(toolTransports)(
      "a run with tools over %s shows the model exactly these, and Codex's resource readers beside a server",
      async (toolTransport) => {
        await using sim = await startCodexSim({
          script: answering((found) =>
            found === undefined ? [toolCall("wiki_search", { query: "rev" })] : found,
          ),
        });
        const runtime = runtimeOn(sim, { modelSlots: { default: model }, toolTransport });

        const answer = await runtime.generateText({
          role: "default",
          prompt: "hi",
          tools: wikiTools,
        });

        expect(answer).toContain("found rev");
        const [request] = sim.requests;
        const shown = request?.tools.map((name) => name.replace(/^functions\./, ""));
        expect(shown?.toSorted()).toEqual(
          toolTransport === "dynamic"
            ? ["wiki_read", "wiki_search"]
            : [...resourceReaders, "mcp__ktx.wiki_read", "mcp__ktx.wiki_search"].toSorted(),
        );
        expect(request?.bytes).toBeLessThanOrEqual(byteLimits[transport][model][toolTransport]);
        expect(trapsIn(sim)).toEqual([]);
        expect(await home.sprung()).toEqual([]);
      },
    );

    test("a model that may work in a hostile project is shown nothing of it", async () => {
      await using sim = await startCodexSim({ script: callForbiddenCommand });
      const own = openOwnTransport(transport, {
        codexPath,
        env: home.env,
        workingDirectory: home.projectDir,
        endpoint: { baseUrl: sim.baseUrl },
      });
      const runtime = runtimeOn(sim, { modelSlots: { default: model }, transport: own });

      const { stopReason } = await runtime.runAgentLoop(agentLoop);

      expect(stopReason).toBe("natural");
      expect(sim.requests.map(({ tools }) => tools)).toEqual([[], []]);
      expect(trapsIn(sim)).toEqual([]);
      expect(await home.sprung()).toEqual([]);
    });
  });

  // The proof that the traps are set: without it, the tests above would show nothing.
  test.each(models)(
    "every trap springs in host mode with %s, and a warning names them",
    async (model) => {
      await using trapped = await makeHostileHome(codexPath);
      await using sim = await startCodexSim({ script: callForbiddenCommand });
      const warnings: RuntimeWarning[] = [];
      const runtime = runtimeOn(sim, {
        isolation: "host",
        modelSlots: { default: model },
        env: trapped.env,
        projectDir: trapped.projectDir,
        onWarning: (warning) => warnings.push(warning),
      });

      await runtime.runAgentLoop(agentLoop);
      await runtime.runAgentLoop(agentLoop);

      expect(trapsIn(sim)).toEqual(Object.values(trapTexts).toSorted());
      expect(await trapped.sprung()).toEqual(trapPrograms);
      expect(sim.requests[0]?.tools.length).toBeGreaterThan(8);
      const { codexHome, projectDir } = trapped;
      const brings = (path: string, what: string): { path: string; brings: string } => ({
        path,
        brings: what,
      });
      expect(warnings).toEqual([
        {
          kind: "host-isolation",
          message: expect.stringMatching(/lets the user's own Codex into each run: .*stdio_trap/),
          influences: [
            brings(
              `${codexHome}/config.toml`,
              "settings: developer_instructions, notify, features, mcp_servers (stdio_trap, http_trap), projects, hooks",
            ),
            brings(`${codexHome}/AGENTS.md`, "instructions"),
            brings(`${codexHome}/hooks.json`, "hooks"),
            brings(`${codexHome}/skills`, "skills: trap"),
            brings(`${codexHome}/rules`, "rules: trap.rules"),
            brings(`${codexHome}/memories`, "memories: MEMORY.md, memory_summary.md"),
            brings(`${trapped.env["HOME"]}/.agents/skills`, "skills: trap"),
            brings(`${projectDir}/AGENTS.md`, "instructions"),
            brings(`${projectDir}/.codex/config.toml`, "settings: mcp_servers (project_trap)"),
            brings(`${projectDir}/.agents/skills`, "skills: trap"),
          ],
        },
      ]);
    },
  );
});

const agentLoop = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "hi",
  toolSet: {},
  stepBudget: 5,
};

/** The model tries a command that a rule of the user's forbids, and then answers. */
const callForbiddenCommand = answering((output) =>
  output === undefined ? [toolCall("exec_command", { cmd: forbiddenCommand })] : "hello",
);

/** The planted texts that were in any request, body or headers. */
function trapsIn(sim: CodexSim): readonly string[] {
  const all = JSON.stringify([sim.requests, sim.otherRequests]);
  return Object.values(trapTexts)
    .filter((text) => all.includes(text))
    .toSorted();
}
