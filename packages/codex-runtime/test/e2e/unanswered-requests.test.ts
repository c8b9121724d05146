import { parseThreadEvent } from "@ktx/codex-events";
import { reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import { buildCodexConfig } from "../../src/build-codex-config.ts";
import { UnansweredRequestError } from "../../src/app-server/unanswered-request-error.ts";
import { AppServerRunner, type CodexRunner } from "../../src/index.ts";
import { codexProcesses, remainingCodexProcesses, startScene } from "./scene.ts";

function stopAll(): void {
  for (const { pid } of codexProcesses()) process.kill(pid, "SIGSTOP");
}

test("a Codex that answers no more ends the turn after its time for a request, and is ended itself", async () => {
  await using scene = await startScene(() => reply([text("Here.")]));
  const runner = new AppServerRunner({ requestTimeoutMs: 500 });
  await using thread = runner.openThread({
    projectDir: process.cwd(),
    model: "gpt-5.5",
    configOverrides: buildCodexConfig({ endpoint: { baseUrl: scene.sim.baseUrl } }),
  });
  for await (const value of await thread.runStreamed({ prompt: "One." })) parseThreadEvent(value);
  stopAll();
  const second = await thread.runStreamed({ prompt: "Two." });
  await expect(second[Symbol.asyncIterator]().next()).resolves.toMatchObject({
    value: { type: "thread.started" },
  });
  await expect(second[Symbol.asyncIterator]().next()).rejects.toThrow(UnansweredRequestError);
  expect(await remainingCodexProcesses()).toEqual([]);
});

test("a request without an answer is a failure of the call that is not tried again", async () => {
  const appServer = new AppServerRunner({ requestTimeoutMs: 500 });
  let threads = 0;
  /** Stops each Codex when its first turn is over. */
  const runner: CodexRunner = {
    runStreamed: (input) => appServer.runStreamed(input),
    openThread: (input) => {
      threads += 1;
      const thread = appServer.openThread(input);
      let turns = 0;
      return {
        runStreamed: (turn) => {
          turns += 1;
          if (turns > 1) stopAll();
          return thread.runStreamed(turn);
        },
        [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
      };
    },
  };
  await using scene = await startScene(() => reply([text("Not JSON.")]), { runner });
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
