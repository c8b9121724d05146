import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CodexKtxLlmRuntime, RunMetrics } from "@ktx/codex-runtime";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";

export interface SmokeInput {
  readonly runtime: CodexKtxLlmRuntime;
  readonly model: string;
  /** Another service than that of the sign-in. */
  readonly baseUrl?: string | undefined;
  /** An empty folder: the project of `ktx status`. */
  readonly folder: string;
  /** A number that the model can know from here alone. */
  readonly secret: number;
  readonly onMetrics: (metrics: RunMetrics) => void;
}

/** A way to use ktx. It resolves to what is wrong, or to undefined. */
export type SmokeCheck = readonly [name: string, check: () => Promise<string | undefined>];

/** Small enough that a model which goes astray costs little. */
const bounds = { timeoutMs: 120_000, tokenBudget: 20_000 };

export function smokeChecks(input: SmokeInput): readonly SmokeCheck[] {
  const { runtime, secret, onMetrics } = input;
  const common = { role: "default", ...bounds, onMetrics };
  const number = defineTool({
    name: "read_number",
    description: "Reads the number of the day.",
    inputSchema: z.object({}),
    annotations: { readOnlyHint: true },
    execute: () => secret,
  });
  const expectNumber = (text: string): string | undefined =>
    text.includes(String(secret)) ? undefined : `Expected the number ${secret}, got: ${text}`;
  return [
    [
      "text",
      async () => {
        const text = await runtime.generateText({
          ...common,
          prompt: "Answer with the word: pong",
        });
        return /pong/i.test(text) ? undefined : `Expected the word pong, got: ${text}`;
      },
    ],
    [
      "object",
      async () => {
        const schema = z.object({ capital: z.string(), since: z.int().optional() });
        const prompt = "The capital of France.";
        const { capital } = await runtime.generateObject({ ...common, prompt, schema });
        return capital === "Paris" ? undefined : `Expected Paris, got: ${capital}`;
      },
    ],
    [
      "stream",
      async () => {
        const stream = runtime.streamText({ ...common, prompt: "Count from 1 to 20, in figures." });
        let pieces = 0;
        for await (const piece of stream.textStream) if (piece !== "") pieces += 1;
        const text = await stream.text;
        if (!text.includes("20")) return `Expected the number 20, got: ${text}`;
        return pieces > 1 ? undefined : "Expected more than one piece of text, got one.";
      },
    ],
    [
      "tools",
      async () =>
        expectNumber(
          await runtime.generateText({
            ...common,
            prompt: "Read the number of the day, and answer with it.",
            tools: { number },
          }),
        ),
    ],
    [
      "conversation",
      async () => {
        const thread = runtime.openThread({ role: "default" });
        try {
          await thread.generateText({
            ...bounds,
            onMetrics,
            prompt: `Keep this number in mind: ${secret}. Answer with the word: kept`,
          });
          const prompt = "Which number did I ask you to keep in mind?";
          return expectNumber(await thread.generateText({ ...bounds, onMetrics, prompt }));
        } finally {
          await thread[Symbol.asyncDispose]();
        }
      },
    ],
    [
      "budget",
      async () => {
        const { stopReason, metrics } = await runtime.runAgentLoop({
          ...bounds,
          modelRole: "default",
          systemPrompt: "You do as you are asked, one tool call at a time.",
          userPrompt: "Read the number of the day five times, one time after the other.",
          toolSet: { number },
          toolCallBudget: 1,
        });
        onMetrics(metrics);
        return stopReason === "budget"
          ? undefined
          : `Expected the run to end by its budget, got: ${stopReason}`;
      },
    ],
    ["status", () => checkStatus(input)],
  ];
}

/** `ktx status` of a project with this model, as a user calls it. */
async function checkStatus({ folder, model, baseUrl }: SmokeInput): Promise<string | undefined> {
  const endpoint = baseUrl === undefined ? {} : { codex: { endpoint: { base_url: baseUrl } } };
  const config = {
    llm: { provider: { backend: "codex", ...endpoint }, models: { default: model } },
  };
  // JSON is YAML, too.
  await writeFile(join(folder, "ktx.yaml"), JSON.stringify(config));
  const bin = join(import.meta.dirname, "../src/bin.ts");
  const args = ["--no-warnings", "--conditions=@ktx/source", bin, "status"];
  return await promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    () => undefined,
    ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => stdout + stderr,
  );
}
