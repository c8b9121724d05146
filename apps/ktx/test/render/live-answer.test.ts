import { stripVTControlCharacters } from "node:util";
import type { TextPart } from "@ktx/codex-runtime";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createLiveSteps } from "../../src/render/live-steps.ts";
import { captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

const run = { model: "gpt-5.5", tools: ["read"], stepBudget: 8 };
const call = { tool: "read", input: { page: "a.md" } };
const start = "gpt-5.5 · 1 tool · at most 8 steps";
const thinking = expect.stringMatching(/^ {2}… {2}thinking · 0 s/) as unknown as string;
const withdrawn = "The text above does not count: its attempt was abandoned. Another one follows.";

function say(delta: string): TextPart {
  return { type: "text-delta", delta };
}

/** A run in a terminal: the lines that each of these steps leaves on the screen. */
function screensOf(...steps: readonly ((live: ReturnType<typeof openLive>["steps"]) => void)[]) {
  const { io, steps: live } = openLive();
  live.onStart(run);
  return steps.map((step) => {
    step(live);
    return stripVTControlCharacters(screenOf(io.written.stderr)).split("\n").slice(1);
  });
}

function openLive() {
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  return { io, steps: createLiveSteps(io, { showsAnswer: true }) };
}

test("in a terminal the answer grows above the line about the present, which goes at the end", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("It is ")),
    ({ onStep }) => onStep({ stepIndex: 1, stepBudget: 8 }),
    ({ onText }) => onText?.(say("3.")),
    (steps) => steps[Symbol.dispose](),
    (steps) => steps[Symbol.dispose](),
  );
  expect(screens).toEqual([
    ["It is", thinking],
    ["It is", thinking],
    ["It is 3.", thinking],
    ["It is 3.", ""],
    ["It is 3.", ""],
  ]);
});

test("where the answer is not shown as it is written, the last line counts it", () => {
  const io = captureIo({ isTTY: true });
  using steps = createLiveSteps(io);
  steps.onStart(run);
  const shown = (part: TextPart): string | undefined => {
    steps.onText?.(part);
    return stripVTControlCharacters(screenOf(io.written.stderr)).split("\n").at(-1);
  };
  expect(shown(say("x".repeat(1_200)))).toMatch(/^ {2}… {2}writing: 1,200 characters · 0 s/);
  expect(shown(say("yz"))).toMatch(/^ {2}… {2}writing: 1,202 characters · 0 s/);
  expect(shown({ type: "reset", reason: "abandoned" })).toEqual(thinking);
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
  const calling = expect.stringMatching(/^ {2}… {2}tool read for 0 s/) as unknown as string;
  expect(screens).toEqual([
    ["Let me", thinking],
    ["Let me", calling],
    ["Let me", thinking],
    ["Let me read.", thinking],
    ["Let me read.", called, thinking],
    ["Let me read.", called, thinking],
    ["Let me read.", called, "It says yes.", thinking],
  ]);
});

test("the line of a call that no step follows is shown at the end", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("Let me read.")),
    ({ onCallEnd }) => onCallEnd({ ...call, durationMs: 3 }),
    (steps) => steps[Symbol.dispose](),
  );
  expect(screens.at(-1)).toEqual([
    "Let me read.",
    expect.stringMatching(/^ {2}1 {2}read +"a\.md" +3 ms$/),
    "",
  ]);
});

test("a warning stands below the words so far; the one that is not complete goes on below it", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("It")),
    ({ onWarning }) => onWarning("slow"),
    ({ onText }) => onText?.(say(" says:\n\n")),
    ({ onText }) => onText?.(say("yes")),
  );
  expect(screens.at(-1)).toEqual(["warning: slow", "It says:", "", "yes", thinking]);
});

test("an attempt that was abandoned is named below its text, and the answer follows", () => {
  const screens = screensOf(
    ({ onText }) => onText?.(say("I was")),
    ({ onText }) => onText?.({ type: "reset", reason: "abandoned" }),
    ({ onText }) => onText?.(say("Here.")),
  );
  expect(screens.slice(1)).toEqual([
    ["I was", withdrawn, thinking],
    ["I was", withdrawn, "Here.", thinking],
  ]);
});

test("a text was shown when it is one of the messages that count", () => {
  const { steps } = openLive();
  using _ = steps;
  steps.onText?.(say("No."));
  steps.onText?.({ type: "reset", reason: "abandoned" });
  steps.onText?.(say("Let me see."));
  steps.onText?.({ type: "reset", reason: "next-message" });
  steps.onText?.(say("It "));
  steps.onText?.(say("is 3."));
  expect(["It is 3.", "Let me see.", "No.", "It "].map(steps.hasShown)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("control sequences of the model do not reach the terminal, however they are cut", () => {
  const text = "a\u001b[31mred\u001b[0m \u001b[2Jb\u009b1mc\r\u0007 d\u001b]52;c;aGk=\u0007e\u001b";
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lengths) => {
      const { io, steps } = openLive();
      for (let at = 0, piece = 0; at < text.length; piece += 1) {
        const length = lengths[piece % lengths.length] ?? 1;
        steps.onText?.(say(text.slice(at, at + length)));
        at += length;
      }
      expect(steps.hasShown(text)).toBe(true);
      steps[Symbol.dispose]();
      const known = /\u001b\[(?:\?(?:2026|7)[hl]|J|\d+A|2m|22m)|[\r\n]/g;
      expect(io.written.stderr.replaceAll(known, "")).not.toMatch(/[\0-\x1F\x7F-\x9F]/);
    }),
  );
});

test("where stderr is no terminal, the answer alone is in the terminal", () => {
  const io = captureIo({ isTTY: true });
  const log = captureIo();
  const steps = createLiveSteps({ ...io, stderr: log.stderr }, { showsAnswer: true });
  steps.onStart(run);
  steps.onText?.(say("It is 3."));
  steps[Symbol.dispose]();
  expect(screenOf(io.written.stdout)).toBe("It is 3.\n");
  expect(log.written.stderr).toBe(`${start}\n`);
});

test("a terminal that cannot move its cursor gets the text as it comes", () => {
  const io = captureIo({ isTTY: true, env: { TERM: "dumb" } });
  const steps = createLiveSteps(io, { showsAnswer: true });
  steps.onStart(run);
  for (const delta of ["# It", " is **thr", "ee**", "."]) steps.onText?.(say(delta));
  expect(io.written.stderr).toBe(`${start}\n# It is **three**.`);
  steps[Symbol.dispose]();
  expect(io.written.stderr).toBe(`${start}\n# It is **three**.\n`);
});

test("such a terminal gets no line break but those of the text, however narrow it is", () => {
  const io = captureIo({ isTTY: true, env: { TERM: "dumb" } });
  Object.assign(io.stderr, { columns: 24 });
  const steps = createLiveSteps(io, { showsAnswer: true });
  const text = `${"many words ".repeat(20)}\n- and https://example.com/${"a".repeat(60)}\n`;
  for (const word of text.split(/(?<= )/)) steps.onText?.(say(word));
  steps[Symbol.dispose]();
  expect(io.written.stderr).toBe(text);
});

test("where drawing is slow, pieces wait for each other, and none is lost", () => {
  let ms = 0;
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  // Each look at the clock takes a while, and so does each drawing.
  const steps = createLiveSteps({ ...io, now: () => (ms += 20) }, { showsAnswer: true });
  let writes = 0;
  const write = io.stderr.write.bind(io.stderr);
  vi.spyOn(io.stderr, "write").mockImplementation((chunk: unknown) => {
    if (String(chunk).includes("word")) writes += 1;
    return write(String(chunk));
  });
  const words = Array.from({ length: 100 }, (_, index) => `word${index}`);
  for (const word of words) steps.onText?.(say(`${word} `));
  steps[Symbol.dispose]();
  expect(writes).toBeLessThan(50);
  expect(screenOf(io.written.stderr).trim().split(/\s+/)).toEqual(words);
});

test("an answer ends without a wait where the size of the terminal has not changed", async () => {
  vi.useFakeTimers();
  try {
    const { io, steps } = openLive();
    steps.onStart(run);
    steps.onText?.(say("It is 3."));
    const startedAtMs = performance.now();
    await steps.endAnswer(io.signal);
    steps[Symbol.dispose]();
    expect(performance.now() - startedAtMs).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
