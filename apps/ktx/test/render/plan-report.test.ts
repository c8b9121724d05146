import type { IngestPlan } from "@ktx/ingest";
import { expect, test } from "vitest";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";
import { screenOf } from "../screen-of.ts";

const unit = (source: string, from: number, to: number, tokens: number) =>
  ({ key: `${source}${from}`, source, kind: "text", from, to, tokens }) as const;

const plan: IngestPlan = {
  version: 1,
  units: [unit("docs/orders.md", 1, 80, 1_200), unit("docs/orders.md", 81, 90, 90)],
  unchanged: [unit("docs/old.md", 1, 9, 50)],
  evicted: ["docs/gone.md"],
  skipped: [{ path: "docs/logo.png", reason: "no text" }],
  estimate: { units: 2, tokens: 21_000, ms: 65_000, from: "runs" },
};

/** The output of `ktx ingest docs --plan`. */
async function planned(given: IngestPlan, isTTY: boolean, ...flags: readonly string[]) {
  const io = captureIo({ isTTY });
  const services = fakeServices({ planIngest: () => Promise.resolve(given) });
  expect(await runCli(["ingest", "docs", "--plan", ...flags], io, services)).toBe(0);
  return isTTY ? screenOf(io.written.stdout).trimEnd() : io.written.stdout;
}

test("a terminal gets the plan as lines to read", async () => {
  expect(await planned(plan, true)).toBe(
    [
      "To read: 2 parts of 1 source, about 21,000 tokens and 65 s, as earlier runs",
      "used.",
      "  1,200 tokens  docs/orders.md:1-80",
      "     90 tokens  docs/orders.md:81-90",
      "Read before: 1 part.",
      "Gone: docs/gone.md, whose claims leave the wiki.",
      "Skipped: docs/logo.png: no text",
      "next:  Run the same command without --plan.",
    ].join("\n"),
  );
});

test("a long plan is cut in a terminal, and a plan without work has no next step", async () => {
  const many = Array.from({ length: 23 }, (_, index) => unit(`docs/${index}.md`, 1, 2, 5));
  expect(await planned({ ...plan, units: many }, true)).toContain(
    "  and 3 parts more, which --json lists\n",
  );
  const done = { ...plan, units: [], evicted: [], skipped: [] };
  expect(await planned(done, true)).toBe("Nothing is to be read.\nRead before: 1 part.");
});

test("a pipe and --json get the plan as JSON", async () => {
  expect(JSON.parse(await planned(plan, false))).toEqual(plan);
  const io = captureIo({ isTTY: true });
  const services = fakeServices({ planIngest: () => Promise.resolve(plan) });
  await runCli(["ingest", "docs", "--plan", "--json"], io, services);
  expect(JSON.parse(io.written.stdout)).toEqual(plan);
});
