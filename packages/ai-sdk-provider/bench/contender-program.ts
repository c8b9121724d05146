import { pathToFileURL } from "node:url";
import { generateText, isStepCount, type LanguageModel, tool } from "ai";
import { z } from "zod";
import { type Block, block, contenders, type Measured } from "./block.ts";

/** One contender in a process of its own, with an empty home. */
const input = z.object({
  name: z.enum(contenders),
  baseUrl: z.string(),
  codexPath: z.string(),
  rivalPath: z.string(),
});
const given = input.parse(JSON.parse(process.argv[2] ?? ""));
const rival = z.object({
  createCodexExec: z.custom<CreateRival>((value) => typeof value === "function"),
  createCodexAppServer: z.custom<CreateRival>((value) => typeof value === "function"),
});

type CreateRival = (options: object) => (modelId: string) => LanguageModel;

const model = await openModel();
process.on("message", (message) => {
  void measure(block.parse(message)).then((result) => process.send?.(result));
});
process.once("disconnect", () => process.kill(process.pid));
process.send?.("ready");

async function openModel(): Promise<LanguageModel> {
  const { name, baseUrl, codexPath, rivalPath } = given;
  if (name === "ktx") {
    const { createKtx } = await import("@ktx/ai-sdk-provider");
    return createKtx({ endpoint: { baseUrl } })("gpt-5.5");
  }
  const { createCodexExec, createCodexAppServer } = rival.parse(
    await import(pathToFileURL(rivalPath).href),
  );
  const shared = {
    codexPath,
    logger: false,
    configOverrides: {
      model_provider: "sim",
      "model_providers.sim.name": "sim",
      "model_providers.sim.base_url": baseUrl,
      "model_providers.sim.wire_api": "responses",
      "model_providers.sim.supports_websockets": false,
    },
  };
  return name === "rival exec"
    ? createCodexExec({
        defaultSettings: { ...shared, sandboxMode: "read-only", approvalMode: "never" },
      })("gpt-5.5")
    : createCodexAppServer({ defaultSettings: { ...shared, approvalPolicy: "never" } })("gpt-5.5");
}

async function measure({ runs, atOnce, asksTool }: Block): Promise<Measured> {
  const times: number[] = Array.from({ length: runs }, () => 0);
  let [next, steps, toolRuns, failed] = [0, 0, 0, 0];
  const weather = tool({
    description: "The weather of a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      toolRuns += 1;
      return `Rain in ${city}.`;
    },
  });
  const work = async (): Promise<void> => {
    while (next < runs) {
      const index = next;
      next += 1;
      const startedAt = performance.now();
      try {
        const asked = { model, stopWhen: isStepCount(5), maxRetries: 0 };
        const result = await (asksTool
          ? generateText({ ...asked, tools: { weather }, prompt: "Use the tool." })
          : generateText({ ...asked, prompt: "Say yes." }));
        ({ length: steps } = result.steps);
        if (!result.text.includes("yes")) failed += 1;
      } catch (error) {
        failed += 1;
        console.error(error);
      }
      times[index] = performance.now() - startedAt;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  return { times, totalMs: performance.now() - startedAt, steps, toolRuns, failed };
}
