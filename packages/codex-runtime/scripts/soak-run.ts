import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  type AgentLoopResult,
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
} from "../src/index.ts";
import { signalProcessesWith } from "../test/e2e/codex-processes.ts";
import { add, endlessTool, fail } from "../test/e2e/tools.ts";

/** One run of a soak: what is asked, and how it has to end. */
export interface SoakRun {
  readonly name: string;
  readonly ending: string;
  readonly start: (host: SoakHost) => Promise<unknown>;
}

/** The runtime that most runs share, and its options for those that need another one. */
export interface SoakHost {
  readonly runtime: CodexKtxLlmRuntime;
  readonly options: CodexRuntimeOptions;
}

/** The variable with the key of the runs whose process is killed each time. */
export const killedKey = "SOAK_KILLED_KEY";

/** What goes well, in each of the three ways to ask. */
export const goodRuns: readonly SoakRun[] = [
  textRun("text", "answered", "Say something."),
  objectRun("object", "An object."),
  objectRun("object, repaired", "An object that is wrong at first."),
  loopRun("loop with a tool", "natural", "Use the tool.", { add }),
  loopRun("loop to its budget", "budget", "Use the tool.", { add }, { stepBudget: 1 }),
];

/** What goes wrong, each in the way of a row of `docs/faults.md`. */
export const faultyRuns: readonly SoakRun[] = [
  textRun("service fails", "server", "fault: server"),
  textRun("key refused", "auth", "fault: auth"),
  textRun("quota used up", "usage-limit", "fault: quota"),
  textRun("stream cut", "stream-disconnected", "fault: cut"),
  textRun("stream stalls", "timeout", "fault: stall", { idleTimeoutMs: 400 }),
  textRun("model refuses", "empty-turn", "fault: refusal"),
  textRun("output limit", "incomplete-response", "fault: output-limit"),
  loopRun("tool throws", "budget", "fault: tool-throws", { fail }, { stepBudget: 2 }),
  loopRun("tool hangs", "timeout", "fault: tool-hangs", endlessTool().tools, { timeoutMs: 600 }),
  textRun("binary missing", "codex-config", "Say something.", { codexPath: "/nowhere/codex" }),
  textRun("endpoint dead", "network", "Say something.", {
    endpoint: { baseUrl: "http://127.0.0.1:9/v1" },
  }),
  {
    name: "killed from outside",
    ending: "process",
    start: async ({ options }) => {
      // Only runs with this key share the process.
      const marker = killedKey;
      await using runtime = new CodexKtxLlmRuntime({
        ...options,
        env: { ...options.env, [marker]: "a key" },
        ...(options.endpoint && { endpoint: { ...options.endpoint, apiKeyEnv: marker } }),
      });
      const answer = runtime.generateText({ role: "default", prompt: "fault: stall" });
      const done = answer.then(
        () => true,
        () => true,
      );
      // Whichever of the runs with this key it hits, each of them is to end like this.
      while (!(await Promise.race([done, sleep(150)]))) signalProcessesWith(marker, "SIGKILL");
      return await answer;
    },
  },
  {
    name: "caller aborts",
    ending: "soak: enough",
    start: async ({ runtime }) => {
      const caller = new AbortController();
      const answer = runtime.generateText({
        role: "default",
        prompt: "fault: stall",
        abortSignal: caller.signal,
      });
      await Promise.race([answer.catch(() => {}), sleep(120)]);
      caller.abort(new Error("soak: enough"));
      return answer;
    },
  },
];

/** In one word, how the work ended. */
export async function endingOf(work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    if (!isLoopResult(value)) return "answered";
    return value.error instanceof CodexError ? value.error.failure.kind : value.stopReason;
  } catch (error) {
    if (error instanceof CodexError) return error.failure.kind;
    // The repair of an object failed.
    if (error instanceof Error && error.cause instanceof CodexError)
      return error.cause.failure.kind;
    return error instanceof Error ? error.message : String(error);
  }
}

function textRun(
  name: string,
  ending: string,
  prompt: string,
  own?: Partial<CodexRuntimeOptions>,
): SoakRun {
  return {
    name,
    ending,
    start: async ({ runtime, options }) => {
      if (own === undefined) return await runtime.generateText({ role: "default", prompt });
      await using other = new CodexKtxLlmRuntime({ ...options, ...own });
      return await other.generateText({ role: "default", prompt });
    },
  };
}

function objectRun(name: string, prompt: string): SoakRun {
  const schema = z.object({ n: z.number() });
  return {
    name,
    ending: "answered",
    start: ({ runtime }) => runtime.generateObject({ role: "default", prompt, schema }),
  };
}

function loopRun(
  name: string,
  ending: string,
  userPrompt: string,
  toolSet: Parameters<CodexKtxLlmRuntime["runAgentLoop"]>[0]["toolSet"],
  bounds: { readonly stepBudget?: number; readonly timeoutMs?: number } = {},
): SoakRun {
  const loop = { modelRole: "default", systemPrompt: "", userPrompt, toolSet, stepBudget: 10 };
  return {
    name,
    ending,
    start: ({ runtime }) => runtime.runAgentLoop({ ...loop, ...bounds }),
  };
}

function isLoopResult(value: unknown): value is AgentLoopResult {
  return typeof value === "object" && value !== null && "stopReason" in value;
}
