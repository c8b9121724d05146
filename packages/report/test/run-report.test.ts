import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderReport, ReportError } from "../src/index.ts";
import { readRun } from "../src/run/read-run.ts";
import { call, completed, event, message, recordingOf, start, usage } from "./recording-of.ts";

const whole = recordingOf(
  start({ instructions: "Be brief.", outputSchema: { type: "object" } }),
  ...call("one"),
  usage(100, 20, 30),
  ...call("two", { status: "failed", error: { message: "The index is gone." } }),
  usage(260, 120, 40),
  { type: "signal", signal: { type: "retry", delayMs: 2_500 } },
  { type: "signal", signal: { type: "limits", limits: { primary: { usedPercent: 91 } } } },
  message("Within 30 days."),
  ...completed,
);

test("the steps of a run are in its timeline, with their times, arguments, results and failures", () => {
  const { turns } = readRun(whole);
  expect(turns).toHaveLength(1);
  expect(turns[0]).toMatchObject({ model: "gpt-5.5", steps: 2, end: { type: "completed" } });
  expect(turns[0]?.entries).toMatchObject([
    {
      kind: "tool",
      title: "ktx/wiki_search",
      durationMs: 100,
      isFailed: false,
      details: [
        { label: "Arguments", text: '{\n  "query": "one"\n}' },
        { label: "Result", text: "Pages of one." },
      ],
    },
    { kind: "tool", isFailed: true, details: [{}, { label: "Error", text: "The index is gone." }] },
    { kind: "wait", title: "Codex waits 2.5 s", durationMs: 2_500 },
    { kind: "limits", title: "codex primary: 91 % used" },
    { kind: "message", details: [{ text: "Within 30 days." }] },
  ]);
});

test("each request has its own tokens, which are stacked in the chart", () => {
  const [turn] = readRun(whole).turns;
  expect(turn?.requests).toMatchObject([
    { input: 80, cached: 20, output: 30 },
    { input: 60, cached: 100, output: 10 },
  ]);
  const page = renderReport(whole);
  expect(page).toContain("Tokens of 2 requests: 140 input, 120 cached, 40 output.");
  expect(page.match(/<path class="tokens-(?:input|cached|output)" d="M[^"]+M/g)).toHaveLength(3);
});

test("a failed turn says why, and what to do next", () => {
  const text = recordingOf(
    start(),
    event({
      type: "turn.failed",
      error: { message: "exceeded retry limit, last status: 429 Too Many Requests" },
    }),
    { type: "turn-end" },
  );
  expect(readRun(text).turns[0]?.end).toMatchObject({ type: "failed", kind: "rate-limit" });
  expect(renderReport(text)).toContain(
    "Next: Wait a moment and try again, with fewer runs at once.",
  );
});

test.each([
  ["breaks off", [start(), ...call("one").slice(0, 1)], "the recording breaks off"],
  ["was stopped", [start(), ...call("one"), { type: "turn-end" }], "stopped by ktx or its caller"],
])("a run that %s says so", (_, lines, said) => {
  expect(renderReport(recordingOf(...lines))).toContain(said);
});

test("a transport without items shows the calls that the tools themselves report", () => {
  const text = recordingOf(
    start(),
    { type: "tool-call", call: 1, name: "add", arguments: { a: 1 } },
    { type: "tool-result", call: 1, result: "2" },
    { type: "tool-call", call: 2, name: "add", arguments: {} },
    { type: "tool-result", call: 2, result: null, error: "No number." },
    message("Two."),
    ...completed,
  );
  expect(readRun(text).turns[0]?.entries).toMatchObject([
    {
      title: "add",
      durationMs: 100,
      details: [{ label: "Arguments" }, { label: "Result", text: "2" }],
    },
    { title: "add", isFailed: true, details: [{}, { label: "Error", text: "No number." }] },
    { kind: "message" },
  ]);
});

const asked = (number: number, name: string): object => ({
  type: "tool-call",
  call: number,
  name,
  arguments: {},
});
const answered = (number: number): object => ({ type: "tool-result", call: number, result: "ok" });

test.each([
  ["before", [asked(1, "wiki_search"), answered(1), ...call("one")]],
  ["around", [asked(1, "wiki_search"), ...call("one"), answered(1)]],
  ["after", [...call("one"), asked(1, "wiki_search"), answered(1)]],
])("a call that the tool reports %s the item of Codex is one call", (_, lines) => {
  const [turn] = readRun(recordingOf(start(), ...lines, message("Done."), ...completed)).turns;
  expect(turn?.entries.map(({ title }) => title)).toEqual(["ktx/wiki_search", "Done."]);
});

test("a call without an item of Codex is shown beside those that have one", () => {
  const text = recordingOf(
    start(),
    asked(1, "wiki_search"),
    asked(2, "wiki_read"),
    ...call("one"),
    answered(1),
    answered(2),
    asked(3, "wiki_search"),
  );
  const [turn] = readRun(text).turns;
  expect(turn?.entries.map(({ title, details }) => [title, details.length])).toEqual([
    ["wiki_read", 2],
    ["ktx/wiki_search", 2],
    ["wiki_search", 1],
  ]);
});

test("turns of several threads keep the order in which they began", () => {
  const text = recordingOf(
    start({ turn: 1, thread: 1, prompt: "First." }),
    start({ turn: 2, thread: 2, prompt: "Second." }),
    { type: "turn-end", turn: 2 },
    { type: "turn-end", turn: 1 },
  );
  expect(readRun(text).turns.map(({ turn, prompt }) => [turn, prompt])).toEqual([
    [1, "First."],
    [2, "Second."],
  ]);
  expect(renderReport(text)).toContain("Turn 2, thread 2");
});

const hostile = `</script><script>alert(1)</script><img src=x onerror="alert(2)"> & "'\u0000\u001B[31m\uD800`;

test("no text of a recording is markup, wherever it stands", () => {
  const text = recordingOf(
    start({
      prompt: hostile,
      model: hostile,
      instructions: hostile,
      tools: [hostile],
      outputSchema: { [hostile]: 1 },
    }),
    ...call("one", { tool: hostile, arguments: hostile }),
    event({
      type: "item.completed",
      item: { type: "command_execution", id: "c", command: hostile, aggregated_output: hostile },
    }),
    event({ type: "error", message: hostile }),
    {
      type: "signal",
      signal: { type: "limits", limits: { limitId: hostile, primary: { usedPercent: 1 } } },
    },
    { type: "signal", signal: { type: "exit", exit: { signal: hostile, stderrTail: hostile } } },
    { type: "turn-end", error: { name: hostile, message: hostile } },
  );
  const page = renderReport(text);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<img|onerror="|\u0000|\u001B|\uD800/g)).toBeNull();
  expect(page).toContain("&lt;img src=x onerror=&quot;alert(2)&quot;&gt;");
});

test("the page loads nothing: its policy names its own script and style alone", () => {
  const page = renderReport(whole);
  expect(page).toMatch(
    /default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-.+ script-src &#39;sha256-/,
  );
  expect(page.match(/(?:src|href)="(?!#|data:,")[^"]*"/g)).toBeNull();
  expect(page).not.toMatch(/ style="/);
});

test("a recording that still has secrets gives a page without them", () => {
  const given = "password=HUNTER2SECRETxyz";
  const lines = [
    start({ prompt: given, instructions: given }),
    ...call("a", { arguments: { password: "HUNTER2SECRETxyz", query: given } }),
    ...call("b", { status: "failed", error: { message: given } }),
    message(given),
    { type: "turn-end", error: { name: "Error", message: given } },
  ];
  const page = renderReport(recordingOf(...lines));
  expect(page).toContain("password=[redacted]");
  expect(page).not.toContain("HUNTER2");
});

test("the same recording gives the same page", () => {
  expect(renderReport(whole)).toBe(renderReport(whole));
});

test("a recording of a real run has a report", () => {
  const file = join(import.meta.dirname, "../../../examples/record-and-replay/refund.jsonl");
  const page = renderReport(readFileSync(file, "utf8"));
  expect(page).toContain('<h2 id="timeline">Timeline</h2>');
  expect(page).toContain("completed");
});

test.each([
  ["an empty file", "", /^Expected a recording or the events of an ingest, got another text\./],
  ["another file", "{}\n", /`ktx run --record <file>` or `ktx ingest --json`/],
  ["a recording with a broken line", `${whole}{"type":"signal"}\n`, /^Line \d+ of the recording/],
])("%s is refused with the next step", (_, text, message_) => {
  expect(() => renderReport(text)).toThrow(ReportError);
  expect(() => renderReport(text)).toThrow(message_);
});

test("ten thousand steps are a page of bounded parts", () => {
  const calls = Array.from({ length: 10_000 }, (_, index) => [
    ...call(`call ${index}`),
    usage(index * 10 + 10, 0, index + 1),
  ]).flat();
  const page = renderReport(recordingOf(start(), ...calls, message("Done."), ...completed));
  expect(page.match(/<li class="entry/g)).toHaveLength(10_001);
  expect(page.match(/<ol class="chunk"/g)).toHaveLength(501);
  // With scripts, the content of noscript is text, until it is near.
  const elements = page.replaceAll(/<noscript>[^]*?<\/noscript>/g, "").match(/<[a-z]/g) ?? [];
  expect(elements.length).toBeLessThan(8_000);
  // A path for each colour, whatever the number of bars and columns.
  expect(page.match(/<path /g)?.length).toBeLessThan(10);
});
