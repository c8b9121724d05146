import { appendFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { openSqliteStore, runBatch } from "../src/index.ts";

/** Runs 40 units on the store of the first argument, and notes each start, with its attempt, in the file of the second. */
const [file = "", log = ""] = process.argv.slice(2);
await using store = await openSqliteStore({ file });
await runBatch({
  units: Array.from({ length: 40 }, (_, index) => ({ key: `k${index}`, payload: index })),
  store,
  leaseMs: 300,
  retry: { losses: 1_000 },
  run: async ({ key, payload }, { attempt }) => {
    appendFileSync(log, `${process.pid} ${key} ${attempt}\n`);
    await wait(20 + (payload % 7) * 10);
    return { type: "done", result: { key, attempt } };
  },
});
