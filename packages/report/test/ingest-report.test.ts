import { expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { readIngest } from "../src/ingest/read-ingest.ts";
import { eventsOfIngest } from "./events-of-ingest.ts";

const text = eventsOfIngest();

test("the units of an ingest have their attempts, steps, tokens and ends", () => {
  const view = readIngest(text);
  expect(view?.units).toMatchObject([
    {
      name: "refunds.md:1-40",
      outcome: "done",
      steps: 3,
      tokens: 500,
      attempts: [
        { startMs: 0, endMs: 1_000, outcome: "left" },
        { startMs: 4_000, endMs: 6_000, outcome: "done" },
      ],
    },
    { name: "orders.md:1-20", outcome: "failed", reason: "The patch was refused.", tokens: 70 },
    {
      name: "late.md:1-9",
      outcome: "left",
      attempts: [{ startMs: 5_000, endMs: 7_000, outcome: "left" }],
    },
  ]);
  expect(view?.waits).toMatchObject([{ group: "anna", startMs: 1_000, endMs: 4_000 }]);
  expect(view?.endMs).toBe(7_000);
});

test("its page shows workers, the slowest units, failures with a next step, and the wiki", () => {
  const page = renderReport(text);
  expect(page).toContain("4 attempts of 3 units on at most 2 workers over 7.0 s, with 1 wait.");
  expect(page).toMatch(
    /Slowest units.*<code>refunds\.md:1-40<\/code> 3\.0 s, 3 steps, 500 tokens/s,
  );
  expect(page).toContain("orders.md:1-20: rate-limit.");
  expect(page).toContain("Next: Wait a moment and try again, with fewer runs at once.");
  expect(page).toContain("2 contradictions on the pages");
  expect(page).toContain(
    "Group anna waits from 0:01.0 for 3.0 s: &lt;b&gt;The plan is used up.&lt;/b&gt;",
  );
  expect(page).toContain("Created pages: 1");
  expect(page).toContain("extract: 3 units, 7.0 s, 570 tokens");
});

test("its page names each contradiction, with its pages, its claims and their lines", () => {
  const page = renderReport(text);
  expect(page).toContain("<h3>refunds.md, terms.md</h3>");
  expect(page).toContain("The sources name &lt;i&gt;different&lt;/i&gt; times.");
  expect(page).toMatch(
    /<li>A refund is paid within 14 days\. <span class="quiet">terms\.md:7-9<\/span><\/li>/,
  );
  expect(page).toContain('<span class="quiet">refunds.md:5</span>');
  const earlier = text.replace(/"flagged":\[.*\],"heldSets"/, '"heldSets"');
  expect(earlier).not.toContain("flagged");
  expect(renderReport(earlier)).toContain("2 contradictions on the pages");
});

test("its page counts what waits for a person, and says nothing of it for an earlier ktx", () => {
  expect(renderReport(text)).toContain("1 proposal for pages and 2 sets of claims wait");
  const earlier = text.replace(/"waiting":\{[^}]*\},/, "");
  expect(renderReport(earlier)).not.toContain("wait for a person");
});

test("an ingest that was killed is shown up to its last whole event", () => {
  const killed = text.split("\n").slice(0, 4).join("\n");
  const page = renderReport(`${killed}\n{"type":"bat`);
  expect(page).toContain("the run did not finish");
  expect(page).toContain("refunds.md:1-40");
});
