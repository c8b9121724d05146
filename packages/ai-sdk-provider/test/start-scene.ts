import { answering, type CodexSim, type SimScript, startCodexSim, toolCall } from "@ktx/codex-sim";
import { tool } from "ai";
import { z } from "zod";
import { createKtx, type KtxOptions, type KtxProvider } from "../src/index.ts";

/** The real Codex binary on a scripted model, behind the provider. */
export interface Scene extends AsyncDisposable {
  readonly sim: CodexSim;
  readonly ktx: KtxProvider;
}

export async function startScene(script: SimScript, options: KtxOptions = {}): Promise<Scene> {
  const sim = await startCodexSim({ script });
  const ktx = createKtx({ endpoint: { baseUrl: sim.baseUrl }, ...options });
  return {
    sim,
    ktx,
    [Symbol.asyncDispose]: async () => {
      await ktx[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

export const cityInput: z.ZodObject<{ city: z.ZodString }> = z.object({ city: z.string() });

/** A tool that the AI SDK runs. */
export const weather = tool({
  description: "The weather of a city.",
  inputSchema: cityInput,
  execute: ({ city }): string => `Rain in ${city}.`,
});

/** A tool whose calls somebody else answers. */
export const unanswered = tool({
  description: "The weather of a city.",
  inputSchema: cityInput,
  outputSchema: z.string(),
});

/** Asks for the weather in Oslo, and repeats what it hears. */
export const asking: SimScript = answering((output) =>
  output === undefined ? [toolCall("weather", { city: "Oslo" })] : `Heard: ${output}`,
);
