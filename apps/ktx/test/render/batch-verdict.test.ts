import { expect, test } from "vitest";
import { describeVerdict } from "../../src/render/batch-verdict.ts";

type Facts = Parameters<typeof describeVerdict>[0];
type Counts = Facts["groups"][number]["counts"];

function counts(parts: Partial<Omit<Counts, "usage">>): Counts {
  const none = { waiting: 0, running: 0, done: 0, failed: 0, held: 0 };
  return { ...none, ...parts, usage: { tokens: 0, ranMs: 0 } };
}

function batch(parts: Partial<Omit<Counts, "usage">>, isOpen?: boolean): Facts["batches"][number] {
  const opened = isOpen === undefined ? {} : { isOpen };
  return { id: "night", addedAtMs: 0, counts: counts(parts), ...opened };
}

/** A worker whose units have leases that end at these times. */
function worker(...leases: readonly number[]): Facts["workers"][number] {
  const unit = { key: "a", name: "a", group: "anna", attempt: 1 };
  return { worker: "host 1", units: leases.map((leaseEndsAtMs) => ({ ...unit, leaseEndsAtMs })) };
}

function verdict(parts: Partial<Omit<Counts, "usage">>, facts: Partial<Facts> = {}): string {
  return describeVerdict({
    atMs: 100,
    batches: [batch(parts)],
    groups: [{ group: "anna", counts: counts(parts) }],
    pauses: [],
    workers: [],
    ...facts,
  });
}

test("the verdict counts what runs and what waits, by the leases of the workers", () => {
  expect(verdict({ running: 3, waiting: 7 }, { workers: [worker(200, 200), worker(200)] })).toBe(
    "3 units run on 2 workers, and 7 wait.",
  );
  expect(verdict({ running: 1 }, { workers: [worker(200)] })).toBe(
    "1 unit runs on 1 worker, and none waits.",
  );
  expect(verdict({ running: 2, waiting: 1 }, { workers: [worker(50, 50)] })).toBe(
    "No unit runs, and 3 wait: the leases of 2 have ended.",
  );
});

test("where no unit runs although some wait, the verdict has the cause", () => {
  const limited = [{ group: "anna", untilMs: 900, reason: "Used up." }];
  const open = { batches: [batch({ waiting: 4 }, true)] };
  expect(verdict({ waiting: 4 }, { pauses: limited })).toBe(
    "No unit runs, and 4 wait for a limit.",
  );
  expect(verdict({ waiting: 4 }, open)).toBe("No unit runs, and 4 wait for a worker.");
  expect(verdict({ waiting: 1 }, { ...open, workers: [worker()] })).toBe(
    "No unit runs, and 1 waits: 1 worker is idle.",
  );
  // The cause has a line of its own.
  expect(verdict({ waiting: 4 }, { batches: [batch({ waiting: 4 }, false)] })).toBe(
    "No unit runs, and 4 wait.",
  );
  expect(verdict({ waiting: 4 })).toBe("No unit runs, and 4 wait.");
});

test("where each worker refuses what waits, the verdict says so, and not that they are idle", () => {
  const open = { batches: [batch({ waiting: 4 }, true)] };
  const refusing = { ...worker(), refusals: [{ batchId: "night", reason: "Another model." }] };
  const waiting = (workers: Facts["workers"]) => verdict({ waiting: 4 }, { ...open, workers });
  expect(waiting([refusing])).toBe(
    "No unit runs, and 4 wait: 1 worker refuses them, for the reason below.",
  );
  expect(waiting([refusing, refusing])).toBe(
    "No unit runs, and 4 wait: 2 workers refuse them, for the reasons below.",
  );
  expect(
    verdict({ waiting: 1 }, { batches: [batch({ waiting: 1 }, true)], workers: [refusing] }),
  ).toBe("No unit runs, and 1 waits: 1 worker refuses it, for the reason below.");
  // One of them may take the units in a moment; another refuses an older batch.
  expect(waiting([refusing, worker()])).toBe("No unit runs, and 4 wait: 2 workers are idle.");
  const older = { ...worker(), refusals: [{ batchId: "older", reason: "Another model." }] };
  expect(waiting([older])).toBe("No unit runs, and 4 wait: 1 worker is idle.");
});

test("where units wait for a limit and others for a worker, the verdict has both causes", () => {
  const facts = (workers: Facts["workers"]): Partial<Facts> => ({
    batches: [batch({ waiting: 4 }, true)],
    groups: [
      { group: "anna", counts: counts({ waiting: 3 }) },
      { group: "ben", counts: counts({ waiting: 1 }) },
    ],
    pauses: [{ group: "anna", untilMs: 900, reason: "Used up." }],
    workers,
  });
  const both = "No unit runs, and 4 wait: 3 for a limit, and 1 for a worker.";
  expect(verdict({ waiting: 4 }, facts([]))).toBe(both);
  expect(verdict({ waiting: 4 }, facts([{ ...worker(), groups: ["anna"] }]))).toBe(both);
  expect(verdict({ waiting: 4 }, facts([{ ...worker(), groups: ["ben"] }]))).toBe(
    "No unit runs, and 4 wait: 1 worker is idle.",
  );
});

test("where no unit is left to run, the verdict says how they ended", () => {
  expect(verdict({ done: 12 })).toBe("All units are done.");
  expect(verdict({ done: 1_200, failed: 3, held: 1 })).toBe(
    "No unit is left to run: 1,200 done, 3 failed, 1 held.",
  );
  expect(verdict({ failed: 1 })).toBe("No unit is left to run: 0 done, 1 failed.");
  expect(verdict({}, { batches: [], workers: [worker(), worker()] })).toBe(
    "No batch has run on this store, and 2 workers are idle.",
  );
});
