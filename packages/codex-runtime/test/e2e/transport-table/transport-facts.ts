import { setTimeout as sleep } from "node:timers/promises";
import {
  answering,
  refuse,
  reply,
  type SimRequest,
  type SimScript,
  startCodexSim,
  text,
  toolCall,
  usedUpPlan,
} from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { makeTestFolder } from "../../../../../test/test-folder.ts";
import { type CodexRuntimeOptions, RuntimeInputError } from "../../../src/index.ts";
import { wikiTools } from "../../isolation/wiki-tools.ts";
import { openOwnThread, type OwnThreadInput, takeEvents, takeSignals } from "../../own-threads.ts";
import { markedEnv, namespace, startSceneOn, type TransportName } from "../scene.ts";
import { tools } from "../tools.ts";
import { askOnce, words } from "./ask-once.ts";
import { codexAfterKilledHost } from "./codex-after-killed-host.ts";

/** One way in which the transports may differ, as a run shows it. */
export interface TransportFact {
  readonly title: string;
  measure(transport: TransportName): Promise<string>;
}

const pixel = {
  mediaType: "image/webp",
  bytes: Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64"),
} as const;

const halfUsed = {
  "x-codex-primary-used-percent": "50",
  "x-codex-primary-window-minutes": "300",
  "x-codex-primary-reset-at": "4000000000",
};

export const transportFacts: readonly TransportFact[] = [
  {
    title: "Turns in a thread",
    measure: (transport) =>
      onThread(transport, answers, async ({ thread, sim }) => {
        await takeEvents(thread, { prompt: "One." });
        if (!thread.isOpen) return "one";
        await takeEvents(thread, { prompt: "Two." });
        return sim.requests.at(-1)?.userText === "One.\nTwo."
          ? "many; each knows those before it"
          : "many";
      }),
  },
  {
    title: "A thread stays on disk and goes on later (`persist`)",
    measure: async (transport) => {
      await using home = await makeTestFolder("table");
      await using scene = await startSceneOn(transport, answers, { env: { HOME: home.path } });
      try {
        const thread = scene.runtime.openThread({ role: "default", persist: true });
        await thread.generateText({ prompt: "One." });
        await thread[Symbol.asyncDispose]();
        await using later = scene.runtime.resumeThread(thread.id ?? "", { role: "default" });
        await later.generateText({ prompt: "Two." });
        return yesNo(scene.sim.requests.at(-1)?.userText === "One.\nTwo.");
      } catch (error) {
        if (error instanceof RuntimeInputError && error.code === "single-turns") return "no";
        throw error;
      } finally {
        await scene.runtime[Symbol.asyncDispose]();
      }
    },
  },
  {
    title: "A Codex process serves",
    measure: async (transport) => {
      await using scene = await startSceneOn(transport, answers);
      await scene.runtime.generateText({ role: "default", prompt: "One." });
      return scene.codexProcesses().length > 0 ? "all threads of a program" : "a turn";
    },
  },
  {
    title: "An answer arrives piece by piece (text deltas)",
    measure: (transport) =>
      onThread(transport, answers, async ({ thread }) => {
        const signals = await takeSignals(thread);
        return yesNo(signals.some(({ type }) => type === "text-delta"));
      }),
  },
  {
    title: "Tokens are reported",
    measure: (transport) =>
      onThread(transport, answers, async ({ thread }) => {
        const signals = await takeSignals(thread);
        const isLive = signals.some(({ type }) => type === "usage");
        return isLive ? "after each answer of the model" : "at the end of a turn";
      }),
  },
  {
    title: "A `tokenBudget` that is used up",
    measure: async (transport) => {
      const calls = 6;
      const script: SimScript = ({ index }) =>
        reply([index < calls ? addCall : text("Done.")], { beforeHeadersMs: 100 });
      await using scene = await startSceneOn(transport, script);
      const { stopReason } = await scene.runtime.runAgentLoop({ ...loop, tokenBudget: 20 });
      if (stopReason !== "budget") return stopReason;
      return scene.sim.requests.length <= calls
        ? "ends the run while it goes on"
        : "is found out at the end of the run";
    },
  },
  {
    title: "Tokens that the service does not report",
    measure: (transport) =>
      onThread(transport, [reply([text("free")], { usage: null })], async ({ thread }) => {
        const end = (await takeEvents(thread)).at(-1);
        if (end?.type !== "turn.completed") throw new Error("Expected a turn that completes.");
        return end.usage === undefined ? "are absent" : `are ${end.usage.input_tokens}`;
      }),
  },
  {
    title: "The model reads beside an image",
    measure: (transport) =>
      onThread(transport, answers, async ({ thread, sim }) => {
        await takeEvents(thread, { prompt: "Look.", images: [pixel] });
        const [request] = sim.requests;
        const shown = request?.images[0];
        if (request === undefined || shown === undefined || !pixel.bytes.equals(shown.bytes))
          return "no image arrives";
        const beside = request.userText.replace("Look.", "").replace("(image)", "").trim();
        if (beside === "") return "nothing";
        return /path="[^"]*ktx-images-/.test(beside) ? "the path of its temporary copy" : beside;
      }),
  },
  {
    title: "The account's limits are known",
    measure: (transport) =>
      onThread(transport, [reply([text("hi")], { headers: halfUsed })], async ({ thread }) => {
        const signals = await takeSignals(thread);
        return signals.some(({ type }) => type === "limits")
          ? "before one is met"
          : "once one is met";
      }),
  },
  ...travels(),
  {
    title: "Tools are offered over, where the runtime chooses",
    measure: (transport) => toolWay(transport, {}),
  },
  {
    title: 'Tools are offered over, with `toolTransport: "mcp"`',
    measure: (transport) => toolWay(transport, { toolTransport: "mcp" }),
  },
  {
    title: "Of three calls of a tool that only reads, as many run at once",
    measure: (transport) => callsAtOnce(transport, {}),
  },
  {
    title: 'Of these, with `toolTransport: "mcp"`',
    measure: (transport) => callsAtOnce(transport, { toolTransport: "mcp" }),
  },
  {
    title: "An answer that its schema refuses is repaired",
    measure: async (transport) => {
      await using scene = await startSceneOn(transport, [
        reply([addCall]),
        reply([text('{"n":"x"}')]),
        reply([text('{"n":1}')]),
      ]);
      const schema = z.object({ n: z.number() });
      await scene.runtime.generateObject({ role: "default", prompt: "Go.", schema, tools });
      const [first, , last] = scene.sim.requests;
      const isSame = first !== undefined && last && threadOf(first) === threadOf(last);
      return `in ${isSame ? "the same thread" : "a new thread"}, ${last?.tools.length === 0 ? "without tools" : "with its tools"}`;
    },
  },
  {
    title: "A failure is reported with",
    measure: (transport) =>
      onThread(
        transport,
        () => refuse(401, { error: { message: "Bad key." } }),
        async (open) => {
          const end = (await takeEvents(open.thread)).at(-1);
          if (end?.type !== "turn.failed") throw new Error("Expected a turn that fails.");
          const facts = Object.keys(end.error).filter((name) => name !== "message");
          return facts.length === 0 ? "a text" : "a text, and Codex's own kind of it";
        },
      ),
  },
  {
    title: "The reset of a plan's usage limit is known to the",
    measure: async (transport) => {
      await using scene = await startSceneOn(transport, () => usedUp, { maxRetries: 0 });
      const error: unknown = await scene.runtime
        .generateText({ role: "default", prompt: "Go." })
        .catch((thrown: unknown) => thrown);
      return limit.parse(error).failure.resetsAt.precision;
    },
  },
  {
    title: "Codex names its program to the service as (`originator`)",
    measure: (transport) =>
      onThread(transport, answers, async ({ thread, sim }) => {
        await takeEvents(thread);
        return `\`${sim.requests[0]?.headers["originator"]}\``;
      }),
  },
  {
    title: "Bytes of the request of a plain run that says “hi”",
    measure: (transport) => requestBytes(transport, {}),
  },
  {
    title: "Bytes of that request with two small tools",
    measure: (transport) => requestBytes(transport, { tools: wikiTools }),
  },
  {
    title: "The host is killed (SIGKILL) while the model talks: Codex",
    measure: (transport) => codexAfterKilledHost(transport, "talks"),
  },
  {
    title: "The host is killed (SIGKILL) while the service says nothing: Codex",
    measure: (transport) => codexAfterKilledHost(transport, "is silent"),
  },
];

/** How what a run is given gets to Codex. */
function travels(): readonly TransportFact[] {
  const of = (title: string, word: (token: string) => string): TransportFact => ({
    title,
    measure: async (transport) => {
      const { wayOf, token } = await askOnce(transport);
      return wayOf(word(token));
    },
  });
  return [
    of("The prompt gets to Codex by", () => words.prompt),
    of("The caller's `system` gets to Codex by", () => words.system),
    of("`baseInstructions` get to Codex by", () => words.base),
    of("The token of the tools gets to Codex by", (token) => token),
    {
      title: "The model reads the caller's `system` as",
      measure: async (transport) => {
        const { request } = await askOnce(transport);
        const { input } = messages.parse(request.body);
        const found = input.find((item) => JSON.stringify(item).includes(words.system));
        return found === undefined ? "instructions" : `a message of the role \`${found.role}\``;
      },
    },
  ];
}

const answers: SimScript = ({ index }) => reply([text(`answer ${index}`, { deltas: 3 })]);
const addCall = toolCall("add", { a: 1, b: 2 }, { namespace });
const loop = {
  modelRole: "default",
  systemPrompt: "",
  userPrompt: "Add!",
  toolSet: tools,
  stepBudget: 100,
};
const messages = z.object({ input: z.array(z.object({ role: z.string().optional() }).loose()) });
const limit = z.object({ failure: z.object({ resetsAt: z.object({ precision: z.string() }) }) });
const usedUp = usedUpPlan(4_102_444_800);

const yesNo = (is: boolean): string => (is ? "yes" : "no");

const threadOf = ({ headers }: SimRequest): string | undefined => headers["thread-id"];

async function openThreadOn(transport: TransportName, script: SimScript, input: OwnThreadInput) {
  const sim = await startCodexSim({ script });
  const { baseUrl } = sim;
  const thread = openOwnThread(transport, {
    endpoint: { baseUrl },
    env: markedEnv(sim),
    ...input,
  });
  return {
    sim,
    thread,
    [Symbol.asyncDispose]: async () => {
      await thread[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

async function onThread(
  transport: TransportName,
  script: SimScript,
  look: (open: Awaited<ReturnType<typeof openThreadOn>>) => Promise<string>,
  input: OwnThreadInput = {},
): Promise<string> {
  await using open = await openThreadOn(transport, script, input);
  return await look(open);
}

async function toolWay(
  transport: TransportName,
  options: Pick<CodexRuntimeOptions, "toolTransport">,
): Promise<string> {
  await using scene = await startSceneOn(
    transport,
    answering(() => "Here."),
    options,
  );
  await scene.runtime.generateText({ role: "default", prompt: "hi", tools });
  const shown = scene.sim.requests[0]?.tools ?? [];
  if (shown.includes("mcp__ktx.add")) return "MCP: HTTP on loopback";
  return shown.includes("add") ? "the pipe to Codex" : `nothing: ${shown.join()}`;
}

async function callsAtOnce(
  transport: TransportName,
  options: Pick<CodexRuntimeOptions, "toolTransport">,
): Promise<string> {
  let running = 0;
  let most = 0;
  const enough = Promise.withResolvers<void>();
  const look = defineTool({
    name: "look",
    description: "Looks.",
    inputSchema: z.object({}),
    annotations: { readOnlyHint: true },
    execute: async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === calls.length) enough.resolve();
      // A call that is made at the same time comes in meanwhile, also on a machine that does much else. None comes to the
      // second where none came to the first.
      await Promise.race([enough.promise, sleep(3_000).then(() => enough.resolve())]);
      running -= 1;
      return "seen";
    },
  });
  const calls = [1, 2, 3].map(() => toolCall("look", {}));
  await using scene = await startSceneOn(
    transport,
    [reply(calls), reply([text("Here.")])],
    options,
  );
  await scene.runtime.generateText({ role: "default", prompt: "hi", tools: { look } });
  return String(most);
}

async function requestBytes(
  transport: TransportName,
  run: { readonly tools?: typeof wikiTools },
): Promise<string> {
  await using scene = await startSceneOn(
    transport,
    answering(() => "hello"),
  );
  await scene.runtime.generateText({ role: "default", prompt: "hi", ...run });
  const bytes = scene.sim.requests[0]?.bytes ?? 0;
  return `about ${(Math.round(bytes / 100) * 100).toLocaleString("en-US")}`;
}
