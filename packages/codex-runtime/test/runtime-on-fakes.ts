import { defineTool, type ToolBridgeHandle, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import {
  type AgentLoopInput,
  CodexKtxLlmRuntime,
  type CodexRunner,
  type CodexRuntimeOptions,
  type Transport,
} from "../src/index.ts";
import { playedBy } from "./fake-transport.ts";
import { message, threadStarted, turnCompleted, turnStarted } from "./fake-runner.ts";

export const answered: readonly unknown[] = [
  threadStarted,
  turnStarted,
  message("The answer."),
  turnCompleted,
];

export function runtimeOn(
  player: CodexRunner | Transport,
  options: Partial<CodexRuntimeOptions> = {},
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex", triage: "gpt-5.4-mini" },
    ...playedBy(player),
    monotonicNow: tickingClock(),
    maxRetries: 0,
    ...options,
  });
}

/** Each reading is 10 ms after the last. */
function tickingClock(): () => number {
  let nowMs = 1_000;
  return () => (nowMs += 10);
}

export const search = defineTool({
  name: "wiki_search",
  description: "Searches the wiki.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => `found ${query}`,
});

interface FakeBridge {
  readonly started: { projectDir: string; toolSet: ToolSet }[];
  readonly closed: () => number;
  readonly start: NonNullable<CodexRuntimeOptions["startMcpServer"]>;
}

export function fakeBridge(): FakeBridge {
  const started: { projectDir: string; toolSet: ToolSet }[] = [];
  let closed = 0;
  const close = (): Promise<void> => {
    closed += 1;
    return Promise.resolve();
  };
  return {
    started,
    closed: () => closed,
    start: ({ projectDir, toolSet }) => {
      started.push({ projectDir, toolSet });
      const handle = {
        url: "http://127.0.0.1:4711/mcp",
        bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
        bearerToken: "token-of-this-run",
        close,
        [Symbol.asyncDispose]: close,
      };
      return Promise.resolve(handle as ToolBridgeHandle);
    },
  };
}

export function loop(overrides: Partial<AgentLoopInput> = {}): AgentLoopInput {
  return {
    modelRole: "default",
    systemPrompt: "You tend a wiki.",
    userPrompt: "Tidy up.",
    toolSet: {},
    stepBudget: 10,
    telemetryTags: { job: "tidy" },
    ...overrides,
  };
}
