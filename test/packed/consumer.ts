/** A program of somebody who installed the packages: type-checked and run beside each supported zod. */
import { deepStrictEqual, match, rejects } from "node:assert/strict";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import {
  callTool,
  defineTool,
  resolveToolSet,
  startToolBridge,
  type ToolSet,
} from "@ktx/mcp-bridge";
import { z } from "zod";
import * as mini from "zod/mini";

const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };

const search = defineTool({
  name: "search",
  description: "Finds pages.",
  inputSchema: z.object({
    query: z.string().min(1).describe("Words that a page contains."),
    limit: z.int().min(1).max(50).default(10),
    since: z.iso.date().optional(),
    filters: z.array(
      z.object({ field: z.enum(["title", "body"]), not: z.boolean().default(false) }),
    ),
    length: z.string().transform((text) => text.length),
  }),
  outputSchema: z.object({ pages: z.array(z.object({ title: z.string() })), more: z.boolean() }),
  annotations: { readOnlyHint: true },
  execute: ({ query, limit, since, filters, length }) => {
    const typed: [string, number, string | undefined, boolean | undefined, number] = [
      query,
      limit,
      since,
      filters[0]?.not,
      length,
    ];
    // @ts-expect-error -- the default makes it a number
    const wrong: string = limit;
    return { pages: [{ title: typed.join(" ") }], more: wrong === "" };
  },
});

const loose = defineTool({
  name: "loose",
  description: "Takes what comes.",
  inputSchema: z.looseObject({ id: z.coerce.number() }).refine(({ id }) => id > 0),
  execute: async ({ id }) => ({ content: [{ type: "text", text: `${id + 1}` }], isError: true }),
});

defineTool({
  name: "broken",
  description: "Promises what it does not return.",
  inputSchema: z.object({}),
  outputSchema: z.object({ n: z.number() }),
  // @ts-expect-error -- a text is no number
  execute: () => ({ n: "three" }),
});

defineTool({
  name: "text",
  description: "Has an input that is no object.",
  // @ts-expect-error -- an input has to be an object
  inputSchema: z.string(),
  execute: () => "",
});

const small = defineTool({
  name: "small",
  description: "Is made with zod/mini.",
  inputSchema: mini.object({ n: mini.number().check(mini.minimum(1)) }),
  execute: ({ n }) => n + 1,
});

const toolSet: ToolSet = { search, loose, small };

const tools = resolveToolSet(toolSet);
deepStrictEqual(
  tools.map(({ listing }) => Object.keys(listing.inputSchema.properties ?? {})),
  [["query", "limit", "since", "filters", "length"], ["id"], ["n"]],
);
match(JSON.stringify(tools[0]?.listing), /Words that a page contains\./);

const found = await callTool(
  search,
  { query: "a", filters: [{ field: "body" }], length: "four" },
  context,
);
deepStrictEqual(found.structuredContent, { pages: [{ title: "a 10  false 4" }], more: false });
deepStrictEqual(await callTool(loose, { id: "1", more: 1 }, context), {
  content: [{ type: "text", text: "2" }],
  isError: true,
});
deepStrictEqual(await callTool(small, { n: 1 }, context), {
  content: [{ type: "text", text: "```json\n2\n```" }],
});
match(JSON.stringify(await callTool(small, { n: 0 }, context)), /Too small.*at n/);
const refused = await callTool(search, { query: 5, filters: [], length: "" }, context);
match(JSON.stringify(refused), /expected string, received number.*at query/);

const bridge = await startToolBridge({ projectDir: ".", toolSet });
const stop: () => void = bridge.observe({ onResult: ({ name, text }) => [name, text] });
stop();
await bridge.close();

/** A model that answers the first time with what does not fit. */
const answers = ['{"verdict":"maybe"}', '{"verdict":"approve","score":1.5}'];
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "codex" },
  runner: {
    async runStreamed() {
      const text = answers.shift() ?? "";
      return (async function* events() {
        yield { type: "thread.started", thread_id: "1" };
        yield { type: "item.completed", item: { id: "1", type: "agent_message", text } };
        yield { type: "turn.completed", usage: { input_tokens: 1, output_tokens: 1 } };
      })();
    },
  },
});
const schema = z.object({
  verdict: z.enum(["approve", "reject"]),
  score: z.number().min(0).max(2).describe("How sure."),
});
const answer: { verdict: "approve" | "reject"; score: number } = await runtime.generateObject({
  role: "default",
  prompt: "Judge.",
  schema,
});
deepStrictEqual(answer, { verdict: "approve", score: 1.5 });
await rejects(
  runtime.generateObject({ role: "default", prompt: "Judge.", schema, maxRetries: 0 }),
  /validation|answer/i,
);
console.log("ok");
