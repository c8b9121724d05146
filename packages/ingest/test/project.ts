import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { callTool } from "@ktx/mcp-bridge";
import type { AgentLoopInput, AgentLoopResult } from "@ktx/codex-runtime";
import { makeTestFolder, type TestFolder } from "../../../test/test-folder.ts";
import { ingest, type IngestOptions, type IngestReport } from "../src/index.ts";
import { type ModelAction, playIngestModel } from "../src/testing/index.ts";

export type ModelScript = (
  userText: string,
  results: readonly string[],
  loop: AgentLoopInput,
) => ModelAction | Promise<ModelAction>;

/** A runtime in this process whose model is a script. The tools are the real ones. */
export interface PlayedRuntime {
  readonly runAgentLoop: (input: AgentLoopInput) => Promise<AgentLoopResult>;
  /** The user texts of all calls so far. */
  readonly calls: readonly string[];
  readonly mostSteps: () => number;
}

export function playRuntime(script: ModelScript = playIngestModel): PlayedRuntime {
  const calls: string[] = [];
  let most = 0;
  const runAgentLoop = async (input: AgentLoopInput): Promise<AgentLoopResult> => {
    const { userPrompt, toolSet, stepBudget, abortSignal, onStepFinish } = input;
    calls.push(userPrompt);
    const results: string[] = [];
    const metrics = {
      totalMs: 1,
      usage: { inputTokens: 90, outputTokens: 10, totalTokens: 100 },
      stepCount: 0,
      stepBoundariesMs: [],
    };
    const toolFailures: AgentLoopResult["toolFailures"][number][] = [];
    const work = { toolCalls: [], toolFailures, metrics };
    for (let step = 1; ; step += 1) {
      abortSignal?.throwIfAborted();
      const action = await script(userPrompt, results, input);
      if ("text" in action) return { ...work, text: action.text, stopReason: "natural" };
      const tool = Object.values(toolSet).find(({ name }) => name === action.tool);
      if (tool === undefined) throw new Error(`There is no tool ${action.tool}.`);
      const result = await callTool(tool, action.arguments, {
        signal: abortSignal ?? new AbortController().signal,
        progress: () => {},
        log: () => {},
      });
      const said = result.content.flatMap((one) => (one.type === "text" ? [one.text] : []));
      results.push(said.join("\n"));
      if (result.isError === true)
        toolFailures.push({ tool: tool.name, message: said.join("\n"), recovered: false });
      most = Math.max(most, step);
      await onStepFinish?.({ stepIndex: step, stepBudget });
      if (step >= stepBudget) return { ...work, stopReason: "budget", budget: "steps" };
    }
  };
  return { runAgentLoop, calls, mostSteps: () => most };
}

/** Three documents about refunds and orders, of which two disagree. */
export const threeSources = {
  "sources/refunds.md":
    "# Refunds\n\n- A refund is paid within 30 days.\n- A refund lowers net revenue.\n",
  "sources/policy.txt": "A refund is paid within 14 days.\n\nAn order has one buyer.\n",
  "sources/orders.sql": "-- An order has one buyer.\nselect 1;\n-- An order ends with a receipt.\n",
} as const;

/** A project in a folder of its own. */
export interface TestProject extends AsyncDisposable {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly read: (name: string) => Promise<string>;
  /** The Markdown files of the wiki by name. */
  readonly wiki: () => Promise<Readonly<Record<string, string>>>;
  readonly ingest: (
    runtime: IngestOptions["runtime"],
    options?: Partial<IngestOptions>,
  ) => Promise<IngestReport>;
}

export async function makeProject(files: Readonly<Record<string, string>>): Promise<TestProject> {
  const folder: TestFolder = await makeTestFolder("ingest");
  const { path } = folder;
  const write = async (given: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(given)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  await write(files);
  return {
    path,
    write,
    read: (name) => readFile(join(path, name), "utf8"),
    wiki: async () => {
      const names = await readdir(join(path, "wiki"), { recursive: true }).catch(() => []);
      const pages = names.filter((name) => name.endsWith(".md")).toSorted();
      const texts = await Promise.all(
        pages.map((name) => readFile(join(path, "wiki", name), "utf8")),
      );
      return Object.fromEntries(pages.map((name, index) => [name, texts[index] ?? ""]));
    },
    ingest: (runtime, options) =>
      ingest({
        projectDir: path,
        paths: ["sources"],
        runtime,
        models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
        retry: { attempts: 1 },
        ...options,
      }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The project as another person clones it: what Git has, and nothing of the state. */
export async function cloneOf(
  project: TestProject,
  folders: readonly string[] = ["wiki", "sources"],
): Promise<TestProject> {
  const clone = await makeProject({});
  for (const folder of folders)
    await cp(join(project.path, folder), join(clone.path, folder), { recursive: true });
  return clone;
}
