import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { configArguments, defaultBaseInstructions, prepareHost } from "@ktx/codex-home";
import { findCodexBinary } from "@ktx/codex-binary";
import {
  answerSchema,
  type Contender,
  type ContenderInput,
  expectYes,
  model,
  prompts,
  type Work,
} from "./contender.ts";

/**
 * The limit: one warm `codex app-server` with the lean settings of ktx, and the fewest requests that a run needs.
 * No checks, no limits, no redaction, no recovery.
 */
export async function bareLoop({ baseUrl, bundle, folder }: ContenderInput): Promise<Contender> {
  const codexPath = findCodexBinary();
  const host = await prepareHost({
    isolation: "strict",
    codexPath,
    models: [model],
    projectDir: folder,
    ownDirectory: false,
    env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: folder },
    platform: process.platform,
    endpoint: { baseUrl, usesAccount: false },
  });
  const { SSL_CERT_FILE: _, ...withSystemBundle } = host.env;
  const child = spawn(
    codexPath,
    ["app-server", ...configArguments({ ...host.config, ...providerOn(baseUrl) })],
    {
      cwd: host.workingDirectory,
      env: bundle === "one" ? host.env : withSystemBundle,
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  const rpc = talkTo(child.stdin, child.stdout);
  await rpc.ask("initialize", {
    clientInfo: { name: "loop", version: "0" },
    capabilities: { experimentalApi: true },
  });
  rpc.send({ method: "initialized" });
  return {
    name: "loop",
    run: async (work) => expectYes(work, await runOnce(rpc, host.workingDirectory, work)),
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
      await host[Symbol.asyncDispose]();
    },
  };
}

async function runOnce(rpc: Rpc, cwd: string, work: Work): Promise<unknown> {
  const started = await rpc.ask("thread/start", {
    model,
    cwd,
    ephemeral: true,
    environments: [],
    baseInstructions: defaultBaseInstructions,
    approvalPolicy: "never",
    sandbox: "read-only",
    ...(work === "tool" && { dynamicTools: wikiTools }),
  });
  const threadId: string = started.thread.id;
  const answer = rpc.answerOf(threadId);
  await rpc.ask("turn/start", {
    threadId,
    input: [{ type: "text", text: prompts[work] }],
    ...(work === "object" && { outputSchema: answerSchema }),
  });
  const text = await answer;
  await rpc.ask("thread/unsubscribe", { threadId });
  return work === "object" ? JSON.parse(text) : text;
}

interface Rpc {
  readonly send: (message: object) => void;
  // oxlint-disable-next-line no-explicit-any -- the limit reads what comes without a check
  readonly ask: (method: string, params: object) => Promise<any>;
  /** The last text of the thread's turn, once that has ended. */
  readonly answerOf: (threadId: string) => Promise<string>;
}

function talkTo(input: NodeJS.WritableStream, output: NodeJS.ReadableStream): Rpc {
  const asked = new Map<number, (result: unknown) => void>();
  const turns = new Map<string, { text: string; end: (text: string) => void }>();
  let count = 0;
  const send = (message: object): void => void input.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: output }).on("line", (line) => {
    const { id, method, params, result, error } = JSON.parse(line);
    if (method === undefined) {
      if (error !== undefined) throw new Error(`Codex refused: ${JSON.stringify(error)}`);
      asked.get(id)?.(result);
      asked.delete(id);
    } else if (id !== undefined) {
      send({
        id,
        result: { contentItems: [{ type: "inputText", text: "found rev" }], success: true },
      });
    } else if (method === "item/completed" && params.item.type === "agentMessage") {
      const turn = turns.get(params.threadId);
      if (turn !== undefined) turn.text = params.item.text;
    } else if (method === "turn/completed") {
      const turn = turns.get(params.threadId);
      turns.delete(params.threadId);
      turn?.end(turn.text);
    }
  });
  return {
    send,
    ask: (method, params) =>
      new Promise((resolve) => {
        count += 1;
        asked.set(count, resolve);
        send({ id: count, method, params });
      }),
    answerOf: (threadId) =>
      new Promise((end) => {
        turns.set(threadId, { text: "", end });
      }),
  };
}

const wikiTools = [
  dynamicTool("wiki_search", "Finds wiki pages.", "query"),
  dynamicTool("wiki_read", "Reads a wiki page.", "page"),
];

function dynamicTool(name: string, description: string, argument: string): object {
  return {
    type: "function",
    name,
    description,
    inputSchema: {
      type: "object",
      properties: { [argument]: { type: "string" } },
      required: [argument],
      additionalProperties: false,
    },
  };
}

function providerOn(baseUrl: string): Readonly<Record<string, unknown>> {
  return {
    web_search: "disabled",
    thread_unload_delay_secs: 0,
    model_provider: "sim",
    model_providers: {
      sim: {
        name: "sim",
        base_url: baseUrl,
        wire_api: "responses",
        supports_websockets: false,
        request_max_retries: 0,
        stream_max_retries: 0,
      },
    },
  };
}
