import type { TextPart } from "@ktx/codex-runtime";
import * as fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { LiveAnswer } from "../../src/render/live-answer.ts";
import { createLiveSteps } from "../../src/render/live-steps.ts";
import { captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

const run = { model: "gpt-5.5", tools: ["read"], stepBudget: 8 };
const call = { tool: "read", input: { page: "a.md" } };
const start = "gpt-5.5 · 1 tool · at most 8 steps";
const thinking = "  …  the model is thinking";
const withdrawn =
  "The text above does not count: its attempt was abandoned, and another one follows.";

function say(delta: string): TextPart {
  return { type: "text-delta", delta };
}

/** A run in a terminal: what each of these steps leaves on the screen. */
function screensOf(
  ...steps: readonly ((live: Required<ReturnType<typeof openLive>>["steps"]) => void)[]
) {
  const { io, steps: live } = openLive();
  live.onStart(run);
  return steps.map((step) => {
    step(live);
    return screenOf(io.written.stderr);
  });
}

function openLive() {
  const io = captureIo({ isTTY: true });
  const answer = new LiveAnswer(io);
  return { io, answer, steps: createLiveSteps(io, answer) };
}

test("in a terminal the answer grows in place of the current line", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("It is ")),
    ({ onStep }) => onStep({ stepIndex: 1, stepBudget: 8 }),
    ({ onText }) => onText?.(say("3.")),
    (steps) => steps[Symbol.dispose](),
    (steps) => steps[Symbol.dispose](),
  );
  expect(screens).toEqual([
    `${start}\nIt is `,
    `${start}\nIt is `,
    `${start}\nIt is 3.`,
    `${start}\nIt is 3.\n`,
    `${start}\nIt is 3.\n`,
  ]);
});

test("where the answer is not shown as it is written, the current line counts it", () => {
  const io = captureIo({ isTTY: true });
  const steps = createLiveSteps(io);
  steps.onStart(run);
  const shown = (part: TextPart): string | undefined => {
    steps.onText?.(part);
    return screenOf(io.written.stderr).split("\n").at(-1);
  };
  expect(shown(say("x".repeat(1_200)))).toBe("  …  the model is writing: 1,200 characters");
  expect(shown(say("yz"))).toBe("  …  the model is writing: 1,202 characters");
  expect(shown({ type: "reset", reason: "abandoned" })).toBe(thinking);
});

test("the line of a call stands below the words before it, also where these come later", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("Let me ")),
    ({ onCallStart }) => onCallStart(call.tool, call.input),
    ({ onCallEnd }) => onCallEnd({ ...call, durationMs: 3 }),
    ({ onText }) => onText?.(say("read.")),
    ({ onStep }) => onStep({ stepIndex: 1, stepBudget: 8 }),
    ({ onText }) => onText?.({ type: "reset", reason: "next-message" }),
    ({ onText }) => onText?.(say("It says yes.")),
  );
  const called = expect.stringMatching(/^ {2}1 {2}read +"a\.md" +3 ms$/) as unknown as string;
  expect(screens.slice(0, 4)).toEqual([
    `${start}\nLet me `,
    `${start}\nLet me `,
    `${start}\nLet me `,
    `${start}\nLet me read.`,
  ]);
  expect(screens[4]?.split("\n")).toEqual([
    start,
    "Let me read.",
    called,
    "  …  1 of 8 steps · the model is thinking",
  ]);
  expect(screens.at(-1)?.split("\n")).toEqual([start, "Let me read.", called, "It says yes."]);
});

test("a call that goes on is shown below the text once no more of that comes", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const screens = screensOf(
    ({ onText }) => onText?.(say("Let me ")),
    ({ onCallStart }) => onCallStart(call.tool, call.input),
    () => vi.advanceTimersByTime(150),
    ({ onText }) => onText?.(say("read.")),
    () => vi.advanceTimersByTime(150),
    () => vi.advanceTimersByTime(100),
  );
  expect(screens.at(-2)).toBe(`${start}\nLet me read.`);
  expect(screens.at(-1)).toBe(`${start}\nLet me read.\n  …  read "a.md"`);
});

test("the line of a call that no step follows is shown at the end", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("Let me read.")),
    ({ onCallEnd }) => onCallEnd({ ...call, durationMs: 3 }),
    (steps) => steps[Symbol.dispose](),
  );
  expect(screens.at(-1)).toMatch(/\nLet me read\.\n {2}1 {2}read +"a\.md" +3 ms\n$/);
});

test("a warning and a line break end the line of the text", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("It")),
    ({ onWarning }) => onWarning("slow"),
    ({ onText }) => onText?.(say(" says:\n")),
    ({ onText }) => onText?.(say("yes")),
  );
  expect(screens.at(-1)?.split("\n")).toEqual([start, "It", "warning: slow", " says:", "yes"]);
  expect(screens.at(-2)?.split("\n").at(-1)).toBe(thinking);
});

test("an attempt that was abandoned is named below its text, and the answer follows", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("I was")),
    ({ onText }) => onText?.({ type: "reset", reason: "abandoned" }),
    ({ onText }) => onText?.(say("Here.")),
  );
  expect(screens.slice(1)).toEqual([
    `${start}\nI was\n${withdrawn}\n${thinking}`,
    `${start}\nI was\n${withdrawn}\nHere.`,
  ]);
});

test("a text was shown when it is one of the messages that count", () => {
  const { answer } = openLive();
  answer.take(say("No."));
  answer.take({ type: "reset", reason: "abandoned" });
  answer.take(say("Let me see."));
  answer.take({ type: "reset", reason: "next-message" });
  answer.take(say("It "));
  answer.take(say("is 3."));
  expect(["It is 3.", "Let me see.", "No.", "It "].map((text) => answer.hasShown(text))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("control sequences of the model do not reach the terminal, however they are cut", () => {
  const text = "a\u001b[31mred\u001b[0m \u001b[2Jb\u009b1mc\r\u0007\td\u001b";
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (lengths) => {
      const { io, answer } = openLive();
      for (let at = 0, piece = 0; at < text.length; piece += 1) {
        const length = lengths[piece % lengths.length] ?? 1;
        answer.take(say(text.slice(at, at + length)));
        at += length;
      }
      expect(io.written.stderr).toBe("ared bc\td");
      expect(answer.hasShown(text)).toBe(true);
    }),
  );
});

test("where stderr is no terminal, the answer alone is in the terminal", () => {
  const io = captureIo({ isTTY: true });
  const answer = new LiveAnswer({ stdout: io.stdout, stderr: captureIo().stderr });
  answer.take(say("It is 3."));
  answer.breakLine();
  expect(io.written).toEqual({ stdout: "It is 3.\n", stderr: "" });
});
