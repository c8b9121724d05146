import type { ThreadEvent } from "@ktx/codex-events";
import { partialText, reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import { onEachTransport } from "./scene.ts";

const ask = { role: "default", prompt: "Well?" };

onEachTransport("a call whose connection is cut once", ({ startScene }) => {
  test.each(["generateText", "generateObject", "runAgentLoop"] as const)(
    "%s gives its observer the reconnect, and then the answer",
    async (method) => {
      await using scene = await startScene([
        reply([partialText('{"an')], { finish: "cut" }),
        reply([text('{"answer":"Here."}')]),
      ]);
      const events: ThreadEvent[] = [];
      const onEvent = (event: ThreadEvent) => events.push(event);
      const { runtime } = scene;
      const loop = { systemPrompt: "", toolSet: {}, stepBudget: 3 };
      const calls = {
        generateText: () => runtime.generateText({ ...ask, onEvent }),
        generateObject: () =>
          runtime.generateObject({ ...ask, onEvent, schema: z.object({ answer: z.string() }) }),
        runAgentLoop: () =>
          runtime.runAgentLoop({ ...loop, modelRole: "default", userPrompt: "Well?", onEvent }),
      };
      await calls[method]();
      const reconnects = events.filter(({ type }) => type === "error");
      expect(reconnects).toEqual([
        expect.objectContaining({ message: expect.stringMatching(/^Reconnecting\.\.\. 1\/\d+ /) }),
      ]);
      expect(events.at(-1)?.type).toBe("turn.completed");
    },
  );
});
