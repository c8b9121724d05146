import { expect, test } from "vitest";
import { renderThreads } from "../../src/render/threads-report.ts";
import { captureIo } from "../capture-io.ts";

const thread = {
  id: "01a224b5-1a34-7201-929e-cdab6962b073",
  firstPrompt: "Plan a trip\nto Rome",
  model: "gpt-5.5",
  createdAt: "2026-11-29T12:00:00.000Z",
  updatedAt: "2026-11-29T12:00:00.000Z",
};

test("a named conversation shows the flags that continue it, none of them broken over two lines", () => {
  const io = captureIo();
  const threads = [
    { ...thread, name: "trip", project: "/here" },
    { ...thread, name: "it's", project: "/there" },
    thread,
  ];
  const lines = renderThreads({ version: 1, project: "/here", threads }, io).split("\n");
  const time = expect.stringMatching(/^01a224b5-\S+ {2}2026-11-\d\d \d\d:\d\d {2}gpt-5\.5/);
  expect(lines).toEqual([
    expect.stringMatching(/gpt-5\.5 {2}--thread trip$/),
    "  Plan a trip to Rome",
    expect.stringMatching(/gpt-5\.5$/),
    String.raw`  --thread 'it'\''s'  --project-dir /there`,
    "  Plan a trip to Rome",
    time,
    "  Plan a trip to Rome",
    "",
  ]);
});
