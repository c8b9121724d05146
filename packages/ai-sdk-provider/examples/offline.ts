import { createKtx } from "@ktx/ai-sdk-provider";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";

const sim = await startCodexSim({
  script: answering((heard) =>
    heard === undefined ? [toolCall("weather", { city: "Oslo" })] : `They say: ${heard}`,
  ),
});
const ktx = createKtx({ endpoint: { baseUrl: sim.baseUrl } });
const { text, steps } = await generateText({
  model: ktx("gpt-5.5"),
  tools: {
    weather: tool({
      description: "The weather of a city.",
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `Rain in ${city}.`,
    }),
  },
  stopWhen: isStepCount(4),
  prompt: "Weather in Oslo?",
});
console.log(text, steps.length, sim.requests.length);
await ktx[Symbol.asyncDispose]();
await sim.close();
