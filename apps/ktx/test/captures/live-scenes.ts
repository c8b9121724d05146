import { join } from "node:path";
import {
  type CodexSim,
  type CodexSimOptions,
  neverAnswer,
  partialText,
  rawAnswer,
  reply,
  refuse,
  type SimScript,
  text,
  toolCall,
  usedUpPlan,
} from "@ktx/codex-sim";
import { playIngest } from "../play-ingest.ts";
import { keys } from "../terminal.ts";
import type { Screen, ScreenLine } from "./screen.ts";

/** A command line that runs the real Codex against a scripted model: it has a golden file for each width. */
export interface LiveScene {
  readonly script: SimScript;
  /** The answers of the service to other requests than those for the model. */
  readonly answerOther?: CodexSimOptions["answerOther"];
  /** Files of the project, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The file that the command reads as its stdin. @default the terminal */
  readonly stdin?: string;
  /** Lines of code that the answer has. */
  readonly code?: readonly string[];
  readonly args: (sim: CodexSim) => readonly string[];
  /** The keys that a person presses meanwhile; the command then ends by itself. Lines that it gives are captured, too. */
  readonly act?: (screen: Screen, sim: CodexSim) => Promise<readonly ScreenLine[] | undefined>;
}

const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];
const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");

const query =
  "select month, sum(gross) - sum(refunds) as net from revenue where posted_at >= '2026-09-01' group by month;";

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
${query}
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

/** The screen while the command still runs; it is then interrupted. */
async function look(
  { seen, lines, press }: Screen,
  ...parts: readonly (string | RegExp)[]
): Promise<readonly ScreenLine[]> {
  await seen(...parts);
  const shown = lines();
  press("\u0003");
  return shown;
}

/** Interrupts a server once it says how. */
async function interrupt({ seen, press }: Screen): Promise<undefined> {
  await seen(/Ctrl-C\s+ends/);
  press(keys.interrupt);
}

const { up, down, enter } = keys;

const apiKey = "sk-proj-0123456789abcdef";

/** Answers each question with the keys that follow it. A narrow terminal breaks a question between its words. */
async function answerAll(
  { seen, press }: Screen,
  dialogue: readonly (readonly [question: string, ...pressed: string[]])[],
): Promise<undefined> {
  for (const [question, ...pressed] of dialogue) {
    const words = question.split(" ").map((word) => word.replaceAll(/[?]/g, String.raw`\?`));
    // The mark of a question that is open.
    await seen(new RegExp(`◆ +${words.join(String.raw`[\s│]+`)}`));
    for (const key of pressed) press(key);
  }
}

/** A plan that is used up for an hour and a half. */
const usedUp: SimScript = () => usedUpPlan(Math.floor(Date.now() / 1_000) + 5_400);

/** A time zone in which it is about noon, so that such a plan resets on the same day: another day is shown with its date. */
const noon: Readonly<Record<string, string>> = { TZ: zoneAt(12) };

function zoneAt(hour: number): string {
  const behind = new Date().getUTCHours() - hour;
  return `Etc/GMT${behind < 0 ? "" : "+"}${behind}`;
}

export const liveScenes: Readonly<Record<string, LiveScene>> = {
  "run-answer": {
    script: [reply([text(answer, { deltas: 60 })])],
    code: [query],
    args: (sim) => ["run", "How is net revenue counted?", ...on(sim)],
  },
  "run-slow": {
    script: [neverAnswer()],
    args: (sim) => ["run", "Hi", ...on(sim)],
    act: (screen) => look(screen, "thinking"),
  },
  "run-reconnecting": {
    script: [reply([partialText("I was")], { finish: "cut" }), neverAnswer()],
    args: (sim) => ["run", "Hi", ...on(sim)],
    act: (screen) => look(screen, "reconnecting 1 of"),
  },
  "run-waiting-for-a-limit": {
    script: usedUp,
    env: noon,
    args: (sim) => ["run", "Hi", "--wait", "120", ...on(sim)],
    act: (screen) => look(screen, /waiting (?:for the limit )?until/, "Waiting"),
  },
  "run-unreachable": {
    script: [],
    args: () => ["run", "Hi", "--endpoint", "http://127.0.0.1:9/v1", "--model", "some-model"],
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
    script: usedUp,
    env: noon,
    args: (sim) => ["run", "Hi", "--wait", "0", ...on(sim)],
  },
  "run-stopped-by-a-budget": {
    // A second call could begin before the run is stopped.
    script: (request) => (request.toolOutputs.length === 0 ? greeting(request) : neverAnswer()),
    args: (sim) => ["run", "Greet Ada.", "--tools", greet, "--steps", "1", ...on(sim)],
  },
  batch: {
    script: ({ userText }) =>
      userText.includes("Vienna")
        ? reply([text("Austria")])
        : refuse(400, { error: { message: "Refused.", code: "invalid_prompt" } }),
    files: { "prompts.jsonl": '"Vienna?"\n"Berlin?"\n' },
    args: (sim) => ["batch", "prompts.jsonl", "--concurrency", "1", ...on(sim)],
  },
  ingest: {
    script: playIngest,
    files: {
      "docs/a.md": "A refund is paid within 14 days.\n",
      "docs/b.md": "A refund is paid within 30 days.\n",
    },
    args: (sim) => ["ingest", "docs", "--concurrency", "1", ...on(sim)],
  },
  setup: {
    script: [],
    answerOther: () => rawAnswer({ object: "list", data: [{ id: "llama3.2" }, { id: "qwen3" }] }),
    files: {},
    args: () => ["setup"],
    act: (screen, sim) =>
      answerAll(screen, [
        ["Which sign-in should runs use?", down, down, down, down, enter],
        ["Which service?", up, up, enter],
        ["Its base URL", sim.baseUrl, enter],
        ["The variable that holds its key", enter],
        ["Which model, for every role", down, enter],
        ["What may a run share", enter],
        ["Run one turn now?", down, enter],
        ["Write this to ktx.yaml?", enter],
      ]),
  },
  chat: {
    script: [reply([text(answer, { deltas: 60 })])],
    code: [query],
    args: (sim) => ["chat", "--no-keep", ...on(sim)],
    act: async ({ press, seen }) => {
      await seen("> ");
      press("How is net revenue counted?\r");
      await seen("discounts.sql.");
      // The prompt for the next message.
      await seen(/tokens \(.*\n> *$/);
      press("\u0004");
      return undefined;
    },
  },
  // The demos bring their own model along.
  demo: { script: [], args: () => ["demo"] },
  "demo-agent": { script: [], args: () => ["demo", "agent"] },
  "wiki-serve": {
    script: [],
    files: { "wiki/refunds.md": "# Refunds\n" },
    args: () => ["wiki", "serve"],
    act: interrupt,
  },
  "mcp-http": {
    script: [],
    files: { "wiki/refunds.md": "# Refunds\n" },
    env: { KTX_MCP_TOKEN: "0123456789abcdef0123456789abcdef" },
    args: () => ["mcp", "--http"],
    act: interrupt,
  },
  sim: { script: [], args: () => ["sim"], act: interrupt },
  "login-with-a-key": {
    script: [],
    files: { "key.txt": `${apiKey}\n` },
    stdin: "key.txt",
    args: () => ["login", "--with-api-key"],
  },
  logout: {
    script: [],
    // The sign-in as Codex itself keeps it.
    files: { "../home/.codex/auth.json": JSON.stringify({ OPENAI_API_KEY: apiKey }) },
    args: () => ["logout"],
  },
};
