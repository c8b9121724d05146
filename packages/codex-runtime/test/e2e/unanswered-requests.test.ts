import { reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Transport } from "../../src/index.ts";
import { UnansweredRequestError } from "../../src/transport/app-server/unanswered-request-error.ts";
import { openOwnThread, openOwnTransport, takeEvents } from "../own-threads.ts";
import { codexProcesses, remainingCodexProcesses, startScene } from "./scene.ts";

function stopAll(): void {
  for (const { pid } of codexProcesses()) process.kill(pid, "SIGSTOP");
}

test("a Codex that answers no more ends the turn after its time for a request, and is ended itself", async () => {
  await using scene = await startScene(() => reply([text("Here.")]));
  await using thread = openOwnThread("app-server", {
    requestTimeoutMs: 500,
    endpoint: { baseUrl: scene.sim.baseUrl },
  });
  await takeEvents(thread, { prompt: "One." });
  stopAll();
  await expect(takeEvents(thread, { prompt: "Two." })).rejects.toThrow(UnansweredRequestError);
  expect(await remainingCodexProcesses()).toEqual([]);
});

test("a request without an answer is a failure of the call that is not tried again", async () => {
  let threads = 0;
  /** Stops each Codex when its first turn is over. */
  const stopping = (baseUrl: string): Transport => {
    const own = openOwnTransport("app-server", { requestTimeoutMs: 500, endpoint: { baseUrl } });
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
          run: (turn) => {
            turns += 1;
            if (turns > 1) stopAll();
            return thread.run(turn);
          },
          [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
        };
      },
    };
  };
  await using scene = await startScene(() => reply([text("Not JSON.")]), {}, stopping);
  const schema = z.object({ n: z.number() });
  const answer = scene.runtime.generateObject({ role: "default", prompt: "Well?", schema });
  await expect(answer).rejects.toMatchObject({
    cause: {
      failure: { kind: "process", retryable: false },
      message: expect.stringMatching(
        /^Codex did not answer `turn\/start` within 0\.5 s\. Run it again/,
      ),
    },
  });
  expect(threads).toBe(1);
  expect(await remainingCodexProcesses()).toEqual([]);
});
