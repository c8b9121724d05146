import {
  partialText,
  reply,
  type SimReply,
  type SimRequest,
  type SimScript,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import type { TextStreamEvent } from "../../src/index.ts";
import { type Scene, stageOn } from "./scene.ts";
import { add, endlessTool, fail } from "./tools.ts";

const { startScene } = stageOn("app-server");

const patienceMs = 600_000;

/** A run that goes wrong beside others in its process, and stays so until it is stopped. */
interface OpenFault {
  readonly title: string;
  readonly answer: (request: SimRequest) => SimReply;
  readonly start: (scene: Scene, signal: AbortSignal) => Promise<unknown>;
  /** How it ends by itself; absent where it has to be stopped. */
  readonly end?: RegExp;
}

const ask = ({ runtime }: Scene, abortSignal: AbortSignal): Promise<unknown> =>
  runtime.generateText({ role: "default", prompt: "Fault!", abortSignal });

const openFaults: readonly OpenFault[] = [
  {
    title: "a stream that stalls",
    answer: () => reply([partialText("I was")], { finish: "stall" }),
    start: ask,
  },
  {
    title: "a tool that never returns",
    answer: () => reply([toolCall("hold", {})]),
    start: ({ runtime }, abortSignal) =>
      runtime.generateText({
        role: "default",
        prompt: "Fault!",
        tools: endlessTool().tools,
        abortSignal,
      }),
  },
  {
    title: "a tool that fails, again and again",
    answer: () => reply([toolCall("fail", { why: "it is Monday" })]),
    start: ({ runtime }, abortSignal) =>
      runtime.generateText({ role: "default", prompt: "Fault!", tools: { fail }, abortSignal }),
  },
  {
    // Codex reads it for seconds; the line that it writes then is longer than ktx takes.
    title: "an answer of 34 MB",
    answer: () => reply([text("x".repeat(34 * 1024 * 1024))]),
    start: ask,
    end: /a line of more than 33554432 bytes/,
  },
];

describe("while another run in the same process goes wrong", () => {
  test.each(openFaults)(
    "by $title, a run has the events and the answer that it has alone",
    async (fault) => {
      const script: SimScript = (request) =>
        request.userText === "Fault!" ? fault.answer(request) : answerNeighbour(request);
      // Behind the long line, a run takes as long as the machine is slow.
      await using scene = await startScene(script, { timeoutMs: patienceMs });
      const alone = await runNeighbour(scene);
      const caller = new AbortController();
      let isOver = false;
      const faulty = fault
        .start(scene, caller.signal)
        .catch(String)
        .finally(() => {
          isOver = true;
        });
      await whenAsked(scene, "Fault!");

      const beside = [];
      for (let run = 0; run < 5; run += 1) beside.push(await runNeighbour(scene));

      // One that ends by itself may do so earlier or later than the last of these runs.
      expect(isOver && fault.end === undefined).toBe(false);
      const processes = scene.codexProcesses();
      expect(processes).toHaveLength(1);
      expect(beside).toEqual(Array.from({ length: 5 }, () => alone));
      if (fault.end === undefined) caller.abort(new Error("enough"));
      expect(await faulty).toMatch(fault.end ?? /^Error: enough$/);
      expect(await runNeighbour(scene)).toEqual(alone);
      expect(scene.codexProcesses()).toEqual(processes);
    },
    patienceMs,
  );

  test("by the aborts of its callers, a run has the events and the answer that it has alone", async () => {
    await using scene = await startScene((request) =>
      request.userText.startsWith("Fault")
        ? reply([partialText("I was")], { finish: "stall" })
        : answerNeighbour(request),
    );
    const alone = await runNeighbour(scene);
    const aborted = Array.from({ length: 8 }, async (_, index) => {
      const caller = new AbortController();
      const prompt = `Fault ${index}!`;
      const faulty = scene.runtime
        .generateText({ role: "default", prompt, abortSignal: caller.signal })
        .catch((error: unknown) => error);
      await whenAsked(scene, prompt);
      const reason = new Error("enough");
      caller.abort(reason);
      expect(await faulty).toBe(reason);
    });

    const beside = await Promise.all(Array.from({ length: 8 }, () => runNeighbour(scene)));
    await Promise.all(aborted);

    expect(beside).toEqual(beside.map(() => alone));
    expect(scene.codexProcesses()).toHaveLength(1);
  });
});

/** A run with a tool call; gives its answer and the kinds of its events, in order. */
async function runNeighbour({ runtime }: Scene): Promise<unknown> {
  const stream = runtime.streamText({ role: "default", prompt: "Add.", tools: { add } });
  const events: string[] = [];
  for await (const event of stream.events) events.push(nameOf(event));
  const answer = await stream.text;
  expect(events.length).toBeGreaterThan(5);
  return { answer, events };
}

function answerNeighbour(request: SimRequest): SimReply {
  const output = request.toolOutputs.at(-1)?.output;
  return reply([output === undefined ? toolCall("add", { a: 1, b: 2 }) : text("Three.")]);
}

function nameOf(part: TextStreamEvent): string {
  if (part.type !== "event") return part.type;
  const { event } = part;
  return "item" in event ? `${event.type} ${event.item.type}` : event.type;
}

/** Resolves once the model was asked this. */
async function whenAsked({ sim }: Scene, prompt: string): Promise<void> {
  await expect.poll(() => sim.requests.some(({ userText }) => userText === prompt)).toBe(true);
}
