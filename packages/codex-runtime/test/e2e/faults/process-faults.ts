import { setTimeout as sleep } from "node:timers/promises";
import { partialText, reply, text, toolCall } from "@ktx/codex-sim";
import { signalProcessesWith } from "../codex-processes.ts";
import { namespace, type Scene } from "../scene.ts";
import { add, endlessTool } from "../tools.ts";
import {
  always,
  askForWork,
  endingOf,
  type Fault,
  type FaultEnding,
  normalize,
  sceneFault,
} from "./fault.ts";

const signals = ["SIGKILL", "SIGTERM", "SIGINT"] as const;

/** How the Codex process can be ended by others, and the run by its caller. */
export const processFaults: readonly Fault[] = [
  ...signals.map((signal) =>
    sceneFault({
      title: `Codex gets ${signal} from outside, in the model's stream.`,
      script: always(reply([partialText("I was")], { finish: "stall" })),
      run: async (scene) => {
        const answer = scene.runtime.generateText({ role: "default", prompt: "Hi!" });
        const ending = answer.catch((error: unknown) => error);
        await firstRequest(scene);
        kill(scene, signal);
        const error = await ending;
        throw error;
      },
      kind: "process",
      withinSeconds: 5,
      neighbour: "ends as process",
    }),
  ),
  ...signals.map((signal) =>
    sceneFault({
      title: `Codex gets ${signal} from outside, in a tool call.`,
      script: always(reply([toolCall("hold", {}, { namespace })])),
      run: async (scene) => {
        const endless = endlessTool();
        const ending = askForWork(scene, { toolSet: endless.tools }).catch(
          (error: unknown) => error,
        );
        await endless.called;
        kill(scene, signal);
        const error = await ending;
        await endless.released;
        throw error;
      },
      kind: "process",
      withinSeconds: 5,
      neighbour: "ends as process",
    }),
  ),
  sceneFault({
    title: "The caller aborts, at ten random moments of a run with a tool call.",
    script: ({ index }) =>
      reply([index % 2 === 0 ? toolCall("add", { a: 1, b: 2 }, { namespace }) : text("3")], {
        betweenItemsMs: 100,
      }),
    run: abortAtRandomMoments,
    kind: "caller's reason",
    withinSeconds: 15,
  }),
];

async function abortAtRandomMoments(scene: Scene): Promise<never> {
  const random = seededRandom(20_260_717);
  const reason = new Error("the caller has had enough");
  const endings: FaultEnding[] = [];
  for (let run = 0; run < 10; run += 1) {
    const caller = new AbortController();
    const ending = endingOf(
      askForWork(scene, { toolSet: { add }, abortSignal: caller.signal, stepBudget: 100 }),
    );
    // Less than any such run takes: the service alone pauses for longer.
    await sleep(random() * 150);
    caller.abort(reason);
    endings.push(await ending);
  }
  const kept = endings.filter(({ sentence }) => sentence === normalize(reason.message));
  throw new Error(`${kept.length} of ${endings.length} runs ended with it`);
}

async function firstRequest({ sim }: Scene): Promise<void> {
  while (sim.requests.length === 0) await sleep(5);
  // The headers and the first words of the answer are on their way.
  await sleep(50);
}

function kill({ sim }: Scene, signal: NodeJS.Signals): void {
  signalProcessesWith(sim.baseUrl, signal);
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
