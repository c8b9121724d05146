import { describe, expect, onTestFinished, test } from "vitest";
import { CodexError, type TextStreamEvent } from "../../src/index.ts";
import { createScriptedRuntime } from "../../src/testing/index.ts";

const ask = { role: "default", prompt: "Well?" } as const;

async function take<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const taken: Value[] = [];
  for await (const value of values) taken.push(value);
  return taken;
}

describe("a text that is streamed", () => {
  test("is there as pieces, as a whole, with its usage and its end", async () => {
    const runtime = createScriptedRuntime([{ text: "The answer.", usage: { totalTokens: 7 } }]);
    const stream = runtime.streamText(ask);
    expect((await take(stream.textStream)).join("")).toBe("The answer.");
    expect(await stream.text).toBe("The answer.");
    expect(await stream.usage).toEqual({ totalTokens: 7 });
    expect(await stream.end).toEqual({ type: "done" });
  });

  test("is there from its first piece for every reader, also for late ones", async () => {
    const stream = createScriptedRuntime([{ text: "The answer." }]).streamText(ask);
    await stream.text;
    const both = await Promise.all([take(stream.textStream), take(stream.textStream)]);
    expect(both.map((pieces) => pieces.join(""))).toEqual(["The answer.", "The answer."]);
    const events = await take(stream.events);
    expect(events.filter(({ type }) => type === "event").length).toBeGreaterThan(1);
  });

  test("that fails throws where it is read, and rejects nowhere else", async () => {
    const runtime = createScriptedRuntime([{ failure: { kind: "auth", message: "No key." } }]);
    const stream = runtime.streamText(ask);
    await expect(take(stream.textStream)).rejects.toBeInstanceOf(CodexError);
    await expect(stream.text).rejects.toThrow("No key.");
    expect(await stream.usage).toEqual({});
    expect(await stream.end).toMatchObject({ type: "failed", failure: { kind: "auth" } });
  });

  test("that nobody reads ends nothing but itself", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    createScriptedRuntime([{ failure: { kind: "auth" } }]).streamText(ask);
    createScriptedRuntime([]).streamText({ ...ask, prompt: "" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled).toEqual([]);
  });

  test("that cannot be asked for rejects everywhere with the reason", async () => {
    const stream = createScriptedRuntime([]).streamText({ ...ask, prompt: "" });
    await expect(stream.text).rejects.toThrow("Expected a prompt");
    await expect(stream.usage).rejects.toThrow("Expected a prompt");
    await expect(stream.end).rejects.toThrow("Expected a prompt");
    await expect(take(stream.events)).rejects.toThrow("Expected a prompt");
  });

  test("takes back an attempt that was given up", async () => {
    let turn = 0;
    const runtime = createScriptedRuntime(
      () => {
        turn += 1;
        return turn === 1 ? { text: "" } : { text: "Here." };
      },
      { maxRetries: 1, random: () => 0 },
    );
    const stream = runtime.streamText(ask);
    expect(await stream.text).toBe("Here.");
    const text = (await take(stream.events)).reduce(
      (before, event: TextStreamEvent) =>
        event.type === "reset" ? "" : event.type === "text-delta" ? before + event.delta : before,
      "",
    );
    expect(text).toBe("Here.");
  });

  test("ends with the caller's own reason, and when it is disposed", async () => {
    const reason = "the user left";
    const hanging = createScriptedRuntime(() => new Promise(() => {}));
    const caller = new AbortController();
    const aborted = hanging.streamText({ ...ask, abortSignal: caller.signal });
    caller.abort(reason);
    await expect(aborted.text).rejects.toBe(reason);
    expect(await aborted.end).toEqual({ type: "aborted", reason });
    const disposed = hanging.streamText(ask);
    await disposed[Symbol.asyncDispose]();
    expect(await disposed.end).toMatchObject({ type: "aborted", reason: { name: "AbortError" } });
  });

  test("calls the caller's own callbacks, whose errors cost nothing", async () => {
    const seen: string[] = [];
    const warnings: string[] = [];
    const runtime = createScriptedRuntime([{ text: "Here." }], {
      onWarning: ({ kind }) => warnings.push(kind),
    });
    const stream = runtime.streamText({
      ...ask,
      onTextDelta: () => {
        seen.push("delta");
        throw new Error("broken");
      },
      onMetrics: () => seen.push("metrics"),
    });
    expect(await stream.text).toBe("Here.");
    expect(seen).toEqual(["delta", "metrics"]);
    expect(warnings).toEqual(["callback-failed"]);
  });
});
