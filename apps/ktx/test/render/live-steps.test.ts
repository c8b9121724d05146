import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { createLiveSteps } from "../../src/render/live-steps.ts";
import { captureIo } from "../capture-io.ts";

const run = { model: "gpt-5.5", tools: ["read", "search"], stepBudget: 8 };
const call = { tool: "read", input: { page: "a.md" } };

test("in a log, each call is one line when it has ended", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onCallStart(call.tool, call.input);
  expect(io.written.stderr).toBe("gpt-5.5 · 2 tools · at most 8 steps\n");

  steps.onCallEnd({ ...call, durationMs: 3 });
  expect(io.written.stderr).toMatch(/steps\n {2}1 {2}read {4}"a\.md" +3 ms\n$/);
});

/** What a terminal's last line shows: whatever follows the last carriage return or line break. */
function lastLine(text: string): string {
  return (
    stripVTControlCharacters(text)
      .split(/[\r\n]/)
      .at(-1) ?? ""
  );
}

test("in a terminal, the last line tells what goes on, and is empty in the end", () => {
  const io = captureIo({ isTTY: true });
  const seen: string[] = [];
  const note = () => seen.push(lastLine(io.written.stderr));
  const steps = createLiveSteps(io);
  steps.onStart(run);
  note();
  steps.onCallStart("read", { page: "a.md" });
  steps.onCallStart("search", { query: "b" });
  note();
  steps.onCallEnd({ ...call, durationMs: 3 });
  note();
  steps[Symbol.dispose]();
  note();
  expect(seen).toEqual([
    "  …  the model is thinking",
    '  …  read "a.md" · search "b"',
    '  …  search "b"',
    "",
  ]);
});

test("a warning is told between the steps", () => {
  const io = captureIo();
  using steps = createLiveSteps(io);
  steps.onStart(run);
  steps.onWarning("Isolation is off.");
  expect(io.written.stderr).toMatch(/steps\nwarning: Isolation is off\.\n$/);
});
