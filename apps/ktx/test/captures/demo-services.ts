import type { AgentDemoReport } from "../../src/demo/agent/run-agent-demo.ts";
import type { DemoReport } from "../../src/demo/run-demo.ts";
import type { Services } from "../../src/services.ts";

/** The demos without their Codex, whose runs the end-to-end tests look at: each gives what it gave on one day. */
export const demoServices: Pick<Services, "runDemo" | "runAgentDemo"> = {
  runDemo: () => Promise.resolve(demo),
  runAgentDemo: ({ observer }) => {
    observer.onStart({ model: "gpt-5.5", tools: agentDemo.ownTools, stepBudget: 8 });
    for (const call of agentDemo.toolCalls) observer.onCallEnd(call);
    return Promise.resolve(agentDemo);
  },
};

const demo: DemoReport = {
  version: 1,
  runs: [
    {
      outcome: "applied",
      units: {
        done: 12,
        failed: 0,
        open: 0,
        unchanged: 0,
      },
      pages: {
        created: [
          "amount.md",
          "carrier.md",
          "churn.md",
          "gift.md",
          "net-revenue.md",
          "order.md",
          "parcel.md",
          "paused-subscription.md",
          "plan.md",
          "refund.md",
          "status.md",
          "subscription.md",
          "voucher.md",
        ],
        changed: [],
        removed: [],
        proposed: [],
      },
      retiredClaims: 0,
      contradictions: 2,
      tokens: 110520,
      modelRequests: 64,
    },
    {
      deleted: "sources/exports/tickets.csv",
      outcome: "applied",
      units: {
        done: 0,
        failed: 0,
        open: 0,
        unchanged: 11,
      },
      pages: {
        created: [],
        changed: ["parcel.md"],
        removed: ["voucher.md"],
        proposed: [],
      },
      retiredClaims: 1,
      contradictions: 2,
      tokens: 0,
      modelRequests: 0,
    },
    {
      outcome: "unchanged",
      units: {
        done: 0,
        failed: 0,
        open: 0,
        unchanged: 11,
      },
      pages: {
        created: [],
        changed: [],
        removed: [],
        proposed: [],
      },
      retiredClaims: 0,
      contradictions: 2,
      tokens: 0,
      modelRequests: 0,
    },
  ],
  search: {
    query: "When is a refund paid?",
    hits: [
      {
        page: "refund.md",
        snippet:
          "**Refund** - A **refund** is **paid** within 30 days. - A **refund** is **paid** within 14 days. - A **refund** lowers the net revenue of the month…",
      },
      {
        page: "amount.md",
        snippet: "Amount - An amount is in cents of the buyer's currency. **refunds**.sql:5",
      },
      {
        page: "net-revenue.md",
        snippet:
          "Net revenue - Net revenue is gross revenue without **refunds** and without tax. schema.yml:4",
      },
    ],
  },
  why: {
    page: "refund.md",
    claims: [
      {
        text: "A refund is paid within 30 days.",
        lines: ["sources/handbook/refunds.md:5"],
      },
      {
        text: "A refund is paid within 14 days.",
        lines: ["sources/site/terms.html:7"],
      },
    ],
  },
  check: {
    citations: 28,
    findings: 0,
  },
};

const agentDemo: AgentDemoReport = {
  version: 1,
  question: "What does a refund do to net revenue?",
  answer:
    "A refund lowers net revenue in the month in which it was booked, not in the month of the sale.\n\nFrom refunds.md; written up in refund-net-revenue-note.md.",
  page: {
    name: "refund-net-revenue-note.md",
    markdown:
      "# What does a refund do to net revenue?\n\n- A refund lowers net revenue in the month in which it was booked, not in the month of the sale.\n- A closed month is therefore never corrected by a refund.\n- Partial refunds count with the amount that was paid back; shipping is paid back only when the whole order is returned.\n\nSource: [Refunds](refunds.md)\n",
  },
  toolCalls: [
    {
      tool: "wiki_search",
      input: {
        query: "refund",
      },
      durationMs: 1,
    },
    {
      tool: "wiki_read",
      input: {
        page: "refunds.md",
      },
      durationMs: 2,
    },
    {
      tool: "wiki_write",
      input: {
        page: "refund-net-revenue-note.md",
        markdown:
          "# What does a refund do to net revenue?\n\n- A refund lowers net revenue in the month in which it was booked, not in the month of the sale.\n- A closed month is therefore never corrected by a refund.\n- Partial refunds count with the amount that was paid back; shipping is paid back only when the whole order is returned.\n\nSource: [Refunds](refunds.md)\n",
      },
      durationMs: 3,
    },
  ],
  metrics: {
    totalMs: 774,
    usage: {
      inputTokens: 3756,
      cachedInputTokens: 0,
      outputTokens: 210,
      reasoningOutputTokens: 0,
      totalTokens: 3966,
    },
    stepCount: 3,
    stepBoundariesMs: [27, 39, 48],
  },
  ownTools: ["wiki_search", "wiki_read", "wiki_write"],
  requests: [
    {
      bytes: 2884,
      tools: ["wiki_search", "wiki_read", "wiki_write"],
    },
    {
      bytes: 3294,
      tools: ["wiki_search", "wiki_read", "wiki_write"],
    },
    {
      bytes: 4072,
      tools: ["wiki_search", "wiki_read", "wiki_write"],
    },
    {
      bytes: 4772,
      tools: ["wiki_search", "wiki_read", "wiki_write"],
    },
  ],
};
