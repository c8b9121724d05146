import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { runBatch } from "@ktx/batch";
import { openPostgresStore } from "../src/index.ts";

/**
 * Works on 120 units of the store of the first two arguments, eight at once. It notes each start and each recorded end
 * with its attempt in the file of the third.
 */
const attempts = new Map<string, number>();
const [url = "", schema = "", log = ""] = process.argv.slice(2);
await using store = await openPostgresStore({ url, schema, patienceMs: 60_000 });
await runBatch({
  units: Array.from({ length: 120 }, (_, index) => ({
    key: `k${index}`,
    group: `sign-in ${index % 2}`,
    payload: index,
  })),
  store,
  concurrency: 8,
  groupConcurrency: 6,
  leaseMs: 1_000,
  retry: { losses: 1_000 },
  onEvent: (event) => {
    if (event.type === "unit_done")
      appendFileSync(log, `end ${event.key} ${attempts.get(event.key)}\n`);
  },
  run: async ({ key, payload }, { attempt }) => {
    attempts.set(key, attempt);
    appendFileSync(log, `start ${key} ${attempt}\n`);
    await wait(40 + (payload % 7) * 20);
    return { type: "done", result: { key, attempt } };
  },
});
