const began = Date.UTC(2026, 10, 29);

/** The events that `ktx ingest --json` prints for an ingest with a wait, a failure and a unit that is left. */
export function eventsOfIngest(): string {
  const at = (ms: number) => ({ atMs: began + ms });
  const [refunds, orders, late] = ["k1", "k2", "k3"];
  const batch = (unit: string | undefined, event: object) => ({ type: "batch", unit, event });
  const lines = [
    { type: "planned", plan: { version: 1, units: [], unchanged: [] } },
    { type: "stage", stage: "extract", units: 3 },
    batch("refunds.md:1-40", {
      type: "unit_started",
      key: refunds,
      group: "anna",
      attempt: 1,
      ...at(0),
    }),
    batch("orders.md:1-20", {
      type: "unit_started",
      key: orders,
      group: "anna",
      attempt: 1,
      ...at(500),
    }),
    { type: "step", unit: "refunds.md:1-40", stepIndex: 3, stepBudget: 30 },
    batch("refunds.md:1-40", {
      type: "unit_released",
      key: refunds,
      cause: "limit",
      tokens: 100,
      ranMs: 1_000,
      ...at(1_000),
    }),
    batch(undefined, {
      type: "wait_started",
      group: "anna",
      untilMs: began + 4_000,
      reason: "<b>The plan is used up.</b>",
      willWait: true,
      ...at(1_000),
    }),
    batch("orders.md:1-20", {
      type: "unit_failed",
      key: orders,
      failure: { kind: "invalid-patch", message: "The patch was refused." },
      failures: 3,
      tokens: 70,
      ranMs: 1_000,
      ...at(1_500),
    }),
    batch(undefined, { type: "wait_finished", group: "anna", waitedMs: 3_000, ...at(4_000) }),
    batch("refunds.md:1-40", {
      type: "unit_started",
      key: refunds,
      group: "anna",
      attempt: 2,
      ...at(4_000),
    }),
    batch("late.md:1-9", {
      type: "unit_started",
      key: late,
      group: "anna",
      attempt: 1,
      ...at(5_000),
    }),
    batch("refunds.md:1-40", {
      type: "unit_done",
      key: refunds,
      result: {},
      tokens: 400,
      ranMs: 2_000,
      ...at(6_000),
    }),
    batch(undefined, { type: "stopping", cause: "stop", running: 1, ...at(6_500) }),
    batch("late.md:1-9", {
      type: "unit_lost",
      key: late,
      cause: "taken",
      tokens: 0,
      ranMs: 2_000,
      ...at(7_000),
    }),
    {
      type: "report",
      version: 1,
      outcome: "applied",
      ended: "stopped",
      units: { done: 1, failed: 1, open: 1, unchanged: 4 },
      failures: [
        {
          source: "orders.md",
          from: 1,
          to: 20,
          failure: { kind: "rate-limit", message: "Too many requests." },
        },
      ],
      pages: { created: ["refunds.md"], changed: [], removed: [], proposed: [] },
      retiredClaims: 0,
      contradictions: 2,
      flagged: [
        {
          note: "The sources name <i>different</i> times.",
          pages: ["refunds.md", "terms.md"],
          claims: [
            {
              text: "A refund is paid within 30 days.",
              citations: [{ source: "refunds.md", from: 5, to: 5, hash: "h" }],
            },
            {
              text: "A refund is paid within 14 days.",
              citations: [{ source: "terms.md", from: 7, to: 9, hash: "h" }],
            },
          ],
        },
        { note: "Two owners.", pages: ["orders.md"], claims: [] },
      ],
      heldSets: 0,
      waiting: { pages: 1, sets: 2 },
      skipped: [],
      tokens: 570,
      times: { stages: [{ stage: "extract", ms: 7_000, tokens: 570 }], slowest: [] },
    },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
