import { type AgentLoopMetrics, CodexKtxLlmRuntime, defaultCodexModel } from "@ktx/codex-runtime";
import { startCodexSim } from "@ktx/codex-sim";
import { type ObservedCall, toToolObserver } from "../../agent/call-observer.ts";
import type { RunObserver } from "../../agent/run-observer.ts";
import type { CliIo } from "../../cli-io.ts";
import { resolveWrittenLlm } from "../../project/resolve-llm.ts";
import { demoConfig } from "../demo-config.ts";
import { playDemoModel } from "./demo-model.ts";
import { createDemoTools } from "./demo-tools.ts";
import { readDemoWiki } from "./demo-wiki.ts";

export interface AgentDemoInput {
  readonly question: string;
  readonly observer: RunObserver;
}

/** The result of the demo; the object that `ktx demo agent --json` prints. */
export interface AgentDemoReport {
  readonly version: 1;
  readonly question: string;
  readonly answer: string;
  /** The page that the model wrote; null for none. */
  readonly page: { readonly name: string; readonly markdown: string } | null;
  readonly toolCalls: readonly ObservedCall[];
  readonly metrics: AgentLoopMetrics;
  /** The names of the run's own tools. */
  readonly ownTools: readonly string[];
  /** The requests that reached the model. */
  readonly requests: readonly { readonly bytes: number; readonly tools: readonly string[] }[];
}

/** A limit above the need of the demo's model. */
const stepBudget = 8;

/** One agent run, offline: the real Codex, a scripted model on loopback, tools in this process. */
export async function runAgentDemo(
  { question, observer }: AgentDemoInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<AgentDemoReport> {
  const wiki = await readDemoWiki();
  const shipped = new Set(wiki.keys());
  const toolCalls: ObservedCall[] = [];
  const watching: RunObserver = {
    ...observer,
    onCallEnd: (call) => {
      toolCalls.push(call);
      observer.onCallEnd(call);
    },
  };
  await using model = await startCodexSim({ script: playDemoModel, signal: io.signal });
  await using runtime = new CodexKtxLlmRuntime({
    ...resolveWrittenLlm(demoConfig(model.baseUrl), { env: io.env, command: "ktx demo agent" }),
    projectDir: io.cwd,
    onWarning: ({ message }) => observer.onWarning(message),
  });
  const toolSet = createDemoTools(wiki);
  const ownTools = Object.values(toolSet).map(({ name }) => name);
  observer.onStart({ model: defaultCodexModel, tools: ownTools, stepBudget });
  const { error, text, metrics } = await runtime.runAgentLoop({
    modelRole: "default",
    systemPrompt: "Answer from the wiki, and write what you found into a page of it.",
    userPrompt: question,
    toolSet,
    toolObserver: toToolObserver(watching),
    stepBudget,
    abortSignal: io.signal,
  });
  if (error !== undefined) throw error;
  const written = [...wiki].find(([name]) => !shipped.has(name));
  return {
    version: 1,
    question,
    answer: text ?? "",
    page: written === undefined ? null : { name: written[0], markdown: written[1] },
    toolCalls,
    metrics,
    ownTools,
    requests: model.requests.map(({ bytes, tools }) => ({ bytes, tools })),
  };
}
