import { reply, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openOwnThread, takeEvents, takeSignals } from "../own-threads.ts";
import { markedEnv, remainingCodexProcesses } from "./scene.ts";
import { tools } from "./tools.ts";

const add = toolCall("add", { a: 1, b: 2 });
const done = reply([text("done")]);

describe("tools over the pipe of the app-server", () => {
  test("are all that the model is shown, and are called there", async () => {
    await using sim = await startCodexSim({ script: [reply([add]), done] });
    await using thread = openOwnThread("app-server", {
      endpoint: { baseUrl: sim.baseUrl },
      toolTransport: "dynamic",
      toolSet: tools,
    });
    const events = await takeEvents(thread);
    expect(sim.requests[0]?.tools.toSorted()).toEqual(
      Object.values(tools)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(JSON.stringify(sim.requests[1]?.body)).toContain("3");
    expect(events).toContainEqual({
      type: "item.completed",
      item: expect.objectContaining({
        type: "mcp_tool_call",
        server: "ktx",
        tool: "add",
        arguments: { a: 1, b: 2 },
        status: "completed",
      }),
    });
    expect(events.at(-1)).toMatchObject({ type: "turn.completed" });
  });

  test("report a failed call with its reason", async () => {
    const fail = toolCall("fail", { why: "Monday" });
    await using sim = await startCodexSim({ script: [reply([fail]), done] });
    await using thread = openOwnThread("app-server", {
      endpoint: { baseUrl: sim.baseUrl },
      toolTransport: "dynamic",
      toolSet: tools,
    });
    const events = await takeEvents(thread);
    expect(JSON.stringify(sim.requests[1]?.body)).toContain("Monday");
    expect(events).toContainEqual(
      expect.objectContaining({
        item: expect.objectContaining({
          tool: "fail",
          status: "failed",
          result: { content: [{ type: "text", text: expect.stringContaining("Monday") }] },
        }),
      }),
    );
  });

  test("are let go when the turn is broken off, and nothing is left", async () => {
    await using sim = await startCodexSim({ script: [reply([toolCall("hang", {})]), done] });
    const aborted = Promise.withResolvers<void>();
    const caller = new AbortController();
    const hang = defineTool({
      name: "hang",
      description: "Never returns.",
      inputSchema: z.object({}),
      execute: (_, { signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        // Codex reports the call before it makes it, and might not make it any more.
        caller.abort();
        return new Promise(() => {});
      },
    });
    {
      await using thread = openOwnThread("app-server", {
        endpoint: { baseUrl: sim.baseUrl },
        env: markedEnv(sim),
        toolTransport: "dynamic",
        toolSet: { hang },
      });
      await takeSignals(thread, { signal: caller.signal });
    }
    await aborted.promise;
    expect(await remainingCodexProcesses(sim.baseUrl)).toEqual([]);
  });
});
