import {
  refuse,
  reply,
  type SimReply,
  type SimRequest,
  type SimScript,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { CodexError, CodexKtxLlmRuntime } from "../../../src/index.ts";
import { codexUnderTest } from "../../codex-under-test.ts";
import { markedEnv, type Scene } from "../scene.ts";

/** How a run fares that is in a tool call of its own while another run in its process goes wrong. */
export type NeighbourEnding =
  /** Its answer came after two requests and one tool call, as it does alone. */
  | "undisturbed"
  /** It lost the process, and rejected with that failure: `maxRetries` is not about those. */
  | "ends as process"
  /** Neither of the two. */
  | `requests: ${number}, tool calls: ${number}, answer: ${string}`;

/** A run beside a faulty one, from before the fault until after it. */
export interface Neighbour {
  /** The script of both: the faulty run's own requests are counted without those of the neighbour. */
  readonly beside: (script: SimScript) => SimScript;
  /** The scene as the faulty run sees it: without the neighbour's requests. */
  readonly hide: (scene: Scene) => Scene;
  /** Resolves in the neighbour's tool call, with the rest of its run. */
  readonly start: (scene: Scene) => Promise<() => Promise<NeighbourEnding>>;
}

const prompt = "Neighbour, call your tool.";
const alone = { answer: "It said: done.", requests: 2, calls: 1 };
const killed = { answer: "process", requests: 1, calls: 1 };

export function createNeighbour(): Neighbour {
  let requests = 0;
  let own = 0;
  return {
    beside: (script) => (request) => {
      if (isNeighbours(request)) {
        requests += 1;
        return answerNeighbour(request);
      }
      const asked = { ...request, index: own };
      own += 1;
      if (typeof script === "function") return script(asked);
      return script[asked.index] ?? refuse(400, { error: { message: "The script is used up." } });
    },
    hide: (scene) => ({ ...scene, sim: withoutNeighbour(scene.sim) }),
    start: async (scene) => {
      const { tool, called, release, calls } = heldTool();
      const runtime = new CodexKtxLlmRuntime({
        projectDir: process.cwd(),
        modelSlots: { default: "codex" },
        endpoint: { baseUrl: scene.sim.baseUrl },
        transport: "app-server",
        codexPath: codexUnderTest.codexPath,
        env: markedEnv(scene.sim),
      });
      const answer = runtime
        .generateText({ role: "default", prompt, tools: { hold: tool } })
        .catch((error: unknown) =>
          error instanceof CodexError ? error.failure.kind : String(error),
        );
      await Promise.race([called, answer]);
      return async () => {
        release();
        const run = { answer: await answer, requests, calls: calls() };
        await runtime[Symbol.asyncDispose]();
        return describeRun(run);
      };
    },
  };
}

function describeRun(run: typeof alone): NeighbourEnding {
  const is = (other: typeof alone): boolean => JSON.stringify(run) === JSON.stringify(other);
  if (is(alone)) return "undisturbed";
  if (is(killed)) return "ends as process";
  return `requests: ${run.requests}, tool calls: ${run.calls}, answer: ${run.answer}`;
}

/** A tool that only reads, and returns once it is let go. */
function heldTool() {
  const called = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let calls = 0;
  const tool = defineTool({
    name: "hold",
    description: "Waits.",
    inputSchema: z.object({}),
    annotations: { readOnlyHint: true },
    execute: async () => {
      calls += 1;
      called.resolve();
      await held.promise;
      return "done";
    },
  });
  return { tool, called: called.promise, release: held.resolve, calls: () => calls };
}

function answerNeighbour({ toolOutputs }: SimRequest): SimReply {
  const output = toolOutputs.at(-1)?.output;
  if (output !== undefined) return reply([text(`It said: ${/\w+$/.exec(output)?.[0]}.`)]);
  return reply([toolCall("hold", {})]);
}

function isNeighbours({ userText }: SimRequest): boolean {
  return userText.includes(prompt);
}

function withoutNeighbour(sim: Scene["sim"]): Scene["sim"] {
  return {
    ...sim,
    get requests() {
      return sim.requests.filter((request) => !isNeighbours(request));
    },
  };
}
