import type { WorkEvent } from "@ktx/batch";
import { expect, test } from "vitest";
import { createProgram } from "../../src/create-program.ts";
import { captureIo, type CapturedIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

const refused: WorkEvent = {
  type: "batch_refused",
  atMs: 0,
  batchId: "night",
  key: "a",
  reason: "Expected the model gpt-5.5.",
};
const started: WorkEvent = { type: "unit_started", atMs: 0, key: "b", group: "anna", attempt: 1 };
const failed: WorkEvent = {
  type: "unit_failed",
  atMs: 0,
  key: "b",
  failure: { kind: "service", message: "Out of order." },
  failures: 1,
  tokens: 0,
  ranMs: 1,
};

/** The exit codes of a worker that has these events and is idle then. */
async function work(
  events: readonly WorkEvent[],
  ...options: readonly string[]
): Promise<{ readonly codes: readonly number[]; readonly io: CapturedIo }> {
  const io = captureIo();
  const codes: number[] = [];
  const program = createProgram({
    io,
    services: fakeServices({
      runWorker: async ({ onEvent }) => {
        for (const event of events) onEvent(event, "a.md");
        return { ended: "idle", done: 0, tokens: 0 };
      },
    }),
    exitWith: (code) => void codes.push(code),
  });
  await program.parseAsync(["worker", ...options], { from: "user" });
  return { codes, io };
}

test("a worker that refused all units that it found ends with 1 and says so, one whose units failed ends with 0", async () => {
  for (const options of [[], ["--json"]]) {
    const { codes, io } = await work([refused], ...options);
    expect(codes).toEqual([1]);
    expect(io.written.stderr).toContain("This worker refused all units that it found");
  }
  for (const events of [[], [started, failed], [refused, started, failed]]) {
    const { codes, io } = await work(events);
    expect([codes, io.written.stderr]).toEqual([[0], expect.not.stringContaining("refused all")]);
  }
});

test("a worker whose store is away says that it goes on by itself, and counts one unit as one", async () => {
  const message = "The database team cannot be reached. Check that it runs, and its address.";
  const stopping = { type: "stopping", atMs: 0, cause: "interrupt" } as const;
  const { io } = await work([
    { type: "store_lost", atMs: 0, message },
    { ...stopping, running: 1 },
    { ...stopping, running: 2 },
  ]);
  expect(io.written.stderr).toContain(
    `${message} This worker goes on by itself: it asks again every second.\n`,
  );
  expect(io.written.stderr).toContain("Stopping; 1 unit still runs.\n");
  expect(io.written.stderr).toContain("Stopping; 2 units still run.\n");
});
