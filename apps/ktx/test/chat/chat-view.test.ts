import type { TextStreamEvent } from "@ktx/codex-runtime";
import { expect, test, vi } from "vitest";
import { createChatView, type ChatView } from "../../src/chat/chat-view.ts";
import { captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

const call = { tool: "read", input: { page: "a.md" } };
const thinking = expect.stringMatching(
  /^ {2}… {2}(?:thinking|starting) · 0 s(?: · 1 step)?$/,
) as unknown as string;
const calling = expect.stringMatching(/^ {2}… {2}tool read for 0 s · 0 s$/) as unknown as string;
const called = expect.stringMatching(/^ {2}1 {2}read +"a\.md" +3 ms$/) as unknown as string;
const reset = (reason: "next-message" | "abandoned"): TextStreamEvent => ({
  type: "reset",
  reason,
});
const say = (delta: string): TextStreamEvent => ({ type: "text-delta", delta });
const reported: TextStreamEvent = {
  type: "event",
  event: {
    type: "item.completed",
    item: {
      id: "item_1",
      type: "mcp_tool_call",
      server: "ktx",
      tool: "read",
      arguments: call.input,
      status: "completed",
    },
  },
};

/** A turn in a terminal: the lines that each of these steps leaves on the screen. */
function screensOf(...steps: readonly ((view: ChatView) => void)[]) {
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  const view = createChatView(io, { isInteractive: true });
  view.beginTurn();
  return steps.map((step) => {
    step(view);
    return screenOf(io.written.stderr).split("\n");
  });
}

test("the line of a call stands below the words before it, also where these come later", () => {
  const screens = screensOf(
    ({ take }) => take(say("Let ")),
    ({ onCallStart }) => onCallStart(call.tool, call.input),
    ({ onCallEnd }) => onCallEnd({ ...call, durationMs: 3 }),
    ({ take }) => take(say("me look.")),
    ({ take }) => take(reported),
    ({ take }) => take(reset("next-message")),
    ({ take }) => take(say("It says yes.")),
    ({ endTurn }) => endTurn({ text: "It says yes." }),
  );
  expect(screens.slice(0, 4)).toEqual([
    ["Let", thinking],
    ["Let", calling],
    ["Let", thinking],
    ["Let me look.", thinking],
  ]);
  expect(screens[4]).toEqual(["Let me look.", called, thinking]);
  expect(screens.at(-1)).toEqual(["Let me look.", called, "It says yes.", ""]);
});

test("a call that outlives its turn writes nothing over the prompt", () => {
  const screens = screensOf(
    ({ take }) => take(say("Let me look.")),
    ({ onCallStart }) => onCallStart(call.tool, call.input),
    ({ endTurn }) => endTurn({ isInterrupted: true }),
    ({ onCallEnd }) => onCallEnd({ ...call, durationMs: 3 }),
    ({ beginTurn }) => beginTurn(),
  );
  expect(screens.slice(2)).toEqual([
    ["Let me look.", "Interrupted.", ""],
    ["Let me look.", "Interrupted.", ""],
    ["Let me look.", "Interrupted.", called, thinking],
  ]);
});

test("an attempt that was abandoned is named once, below its text", () => {
  const screens = screensOf(
    ({ take }) => take(say("I was")),
    ({ take }) => take(reset("abandoned")),
    ({ take }) => take(say("Here.")),
  );
  const withdrawn =
    "The text above does not count: its attempt was abandoned. Another one follows.";
  expect(screens.at(-1)).toEqual(["I was", withdrawn, "Here.", thinking]);
});

test.each([false, true])(
  "a pipe gets the answer whole, at its end; in front of one: %s",
  (isTTY) => {
    const { stdout } = captureIo();
    const io = { ...captureIo({ isTTY }), stdout };
    const written: string[] = [];
    vi.spyOn(stdout, "write").mockImplementation((chunk: unknown) => {
      written.push(String(chunk));
      return true;
    });
    const view = createChatView(io, { isInteractive: isTTY });
    view.beginTurn();
    view.take(say("I was"));
    view.take(reset("abandoned"));
    view.take(say("He"));
    view.onCallStart(call.tool, call.input);
    view.onCallEnd({ ...call, durationMs: 3 });
    view.take(say("re."));
    expect(written).toEqual([]);
    view.endTurn({ text: "Here." });
    expect(written).toEqual(["Here.\n"]);
    expect(io.written.stderr.includes("I was")).toBe(isTTY);
    expect(io.written.stderr.includes("does not count")).toBe(isTTY);
    expect(io.written.stderr).toContain("read");
  },
);

test("a command to copy stays in one line", () => {
  const command = `ktx chat --resume ${"a ".repeat(100)}b`;
  const screens = screensOf(
    ({ endTurn }) => endTurn({}),
    ({ tellCommand }) => tellCommand(command),
  );
  expect(screens.at(-1)).toEqual([command, ""]);
});

test("a limit that a turn has met shows at the next turn, which waits for it", () => {
  const atMs = Date.now();
  const failure = { kind: "rate-limit", message: "Too many.", raw: "", retryable: true } as const;
  const screens = screensOf(
    ({ onStart }) => onStart({ model: "some-model", tools: [], isHeld: true }),
    ({ beginTurn }) => beginTurn(),
    ({ take }) => take({ type: "event", event: { type: "turn.started" } }),
    ({ onLimit }) => onLimit({ type: "wait_started", atMs, untilMs: atMs + 3_600_000, failure }),
    ({ endTurn }) => endTurn({ isFailed: true }),
    ({ beginTurn }) => beginTurn(),
    ({ onLimit }) => onLimit({ type: "wait_finished", atMs, waitedMs: 1 }),
    ({ endTurn }) => endTurn({}),
    ({ beginTurn }) => beginTurn(),
  ).map((lines) => lines.filter((line) => line.includes("Waiting until")).length);
  expect(screens).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
});
