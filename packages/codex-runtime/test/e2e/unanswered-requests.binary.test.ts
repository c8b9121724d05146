import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Transport } from "../../src/index.ts";
import { UnansweredRequestError } from "@ktx/app-server";
import { openOwnThread, openOwnTransport, takeEvents } from "../own-threads.ts";
import { codexProcessesOf } from "./codex-processes.ts";
import { markedEnv, startSceneOn } from "./scene.ts";

/** Stops the Codex of a stand-in service, and waits until each of its threads stands still. */
async function stopCodex(baseUrl: string): Promise<void> {
  const [found, ...others] = codexProcessesOf(baseUrl);
  if (found === undefined || others.length > 0)
    throw new Error(`Expected one Codex, got ${JSON.stringify([found, ...others])}.`);
  process.kill(found.pid, "SIGSTOP");
  // One thread takes the signal and then stops the others, which answer requests meanwhile.
  const tasks = `/proc/${found.pid}/task`;
  const isStopped = (task: string): boolean =>
    / \(.*\) T /s.test(readFileSync(join(tasks, task, "stat"), "utf8"));
  await expect.poll(() => readdirSync(tasks).every(isStopped)).toBe(true);
}

test("a Codex that answers no more ends the turn after its time for a request, and is ended itself", async () => {
  await using scene = await startSceneOn("app-server", () => reply([text("Here.")]));
  await using thread = openOwnThread("app-server", {
    requestTimeoutMs: 2_000,
    endpoint: { baseUrl: scene.sim.baseUrl },
    env: markedEnv(scene.sim),
  });
  await takeEvents(thread, { prompt: "One." });
  await stopCodex(scene.sim.baseUrl);
  await expect(takeEvents(thread, { prompt: "Two." })).rejects.toThrow(UnansweredRequestError);
  expect(await scene.remainingCodexProcesses()).toEqual([]);
});

test("a request without an answer is a failure of the call that is not tried again", async () => {
  let threads = 0;
  /** Stops Codex when its first turn is over. */
  const stopping = (baseUrl: string): Transport => {
    const own = openOwnTransport("app-server", {
      requestTimeoutMs: 2_000,
      endpoint: { baseUrl },
      env: markedEnv({ baseUrl }),
    });
    return {
      ...own,
      openThread: (input) => {
        threads += 1;
        const thread = own.openThread(input);
        let turns = 0;
        return {
          get isOpen() {
            return thread.isOpen;
          },
          get stderrTail() {
            return thread.stderrTail;
          },
          run: async function* (turn) {
            turns += 1;
            if (turns > 1) await stopCodex(baseUrl);
            yield* thread.run(turn);
          },
          [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
        };
      },
    };
  };
  await using scene = await startSceneOn(
    "app-server",
    () => reply([text("Not JSON.")]),
    {},
    stopping,
  );
  const schema = z.object({ n: z.number() });
  const answer = scene.runtime.generateObject({ role: "default", prompt: "Well?", schema });
  await expect(answer).rejects.toMatchObject({
    cause: {
      failure: { kind: "process", retryable: false },
      message: expect.stringMatching(
        /^Codex did not answer `turn\/start` within 2 s\. Run it again/,
      ),
    },
  });
  expect(threads).toBe(1);
  expect(await scene.remainingCodexProcesses()).toEqual([]);
});
