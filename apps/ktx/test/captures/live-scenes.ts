import { join } from "node:path";
import { type CodexSim, reply, refuse, type SimScript, text, toolCall } from "@ktx/codex-sim";
import type { Screen } from "./screen.ts";

/** A command line that runs the real Codex against a scripted model: it has a golden file for each width. */
export interface LiveScene {
  readonly script: SimScript;
  readonly args: (sim: CodexSim) => readonly string[];
  /** What a person does meanwhile; the command then ends by itself. */
  readonly act?: (screen: Screen) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];
const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");

const answer = `# Net revenue

Refunds **reduce** net revenue in the month in which they are \`posted\`, and never in the month of the sale: see [the page on refunds](https://wiki.example/finance/refunds).

1. Take the gross revenue of the month.
2. Subtract the refunds that were posted in it, whatever the month of their sale.
   - Disputes count as refunds once they are lost.
3. Subtract discounts.

| month | gross | refunds | net |
| :--- | ---: | ---: | ---: |
| September | 1,200 | 100 | 1,100 |
| October | 1,450 | 250 | 1,200 |

\`\`\`sql
select month, sum(gross) - sum(refunds) as net from revenue where posted_at >= '2026-09-01' group by month;
\`\`\`

> A refund in part is a refund.

The whole query is in /srv/finance/queries/net-revenue-by-month-with-refunds-and-discounts.sql.`;

/** Calls the two tools, one of which fails, and then answers. */
const greeting: SimScript = ({ toolOutputs, tools }) => {
  const options = tools.includes("mcp__ktx.greet") ? { namespace: "mcp__ktx" } : {};
  if (toolOutputs.length === 0)
    return reply([
      text("Let me greet her first.", { deltas: 5 }),
      toolCall("greet", { name: "Ada" }, options),
    ]);
  if (toolOutputs.length === 1) return reply([toolCall("refuse", {}, options)]);
  return reply([text("I greeted Ada, and the door is locked.", { deltas: 5 })]);
};

const usageLimit = refuse(429, {
  error: {
    type: "usage_limit_reached",
    message: "The usage limit has been reached",
    plan_type: "plus",
    resets_in_seconds: 5_400,
  },
});

export const liveScenes: Readonly<Record<string, LiveScene>> = {
  "run-answer": {
    script: [reply([text(answer, { deltas: 60 })])],
    args: (sim) => ["run", "How is net revenue counted?", ...on(sim)],
  },
  "run-answer-without-colour": {
    script: [reply([text(answer, { deltas: 60 })])],
    args: (sim) => ["run", "How is net revenue counted?", ...on(sim)],
    env: { NO_COLOR: "1" },
  },
  "run-tools": {
    script: greeting,
    args: (sim) => [
      "run",
      "Greet Ada.",
      "--tools",
      greet,
      "--on-tool-failure",
      "continue",
      ...on(sim),
    ],
  },
  "run-refused": {
    script: [
      refuse(400, {
        error: {
          message: "The prompt is too long for this model.",
          code: "context_length_exceeded",
        },
      }),
    ],
    args: (sim) => ["run", "Hi", ...on(sim)],
  },
  "run-limited": {
    script: () => usageLimit,
    args: (sim) => ["run", "Hi", "--wait", "0", ...on(sim)],
  },
  "run-stopped-by-a-budget": {
    script: greeting,
    args: (sim) => ["run", "Greet Ada.", "--tools", greet, "--steps", "1", ...on(sim)],
  },
  chat: {
    script: [reply([text(answer, { deltas: 60 })])],
    args: (sim) => ["chat", "--no-keep", ...on(sim)],
    act: async ({ press, seen }) => {
      await seen("> ");
      press("How is net revenue counted?\r");
      await seen("discounts.sql.");
      await seen("tokens (");
      press("\u0004");
    },
  },
};
