import { z } from "zod";
import { CodexKtxLlmRuntime } from "../../src/index.ts";
import { wikiTools } from "../../test/isolation/wiki-tools.ts";
import {
  type Contender,
  type ContenderInput,
  expectYes,
  model,
  prompts,
  type Work,
} from "./contender.ts";

const schema = z.object({ answer: z.string() });

/** The runtime of ktx on one transport. */
export function ownRuntime(
  transport: "exec" | "auto",
  { baseUrl, bundle, folder }: ContenderInput,
): Contender {
  const runtime = new CodexKtxLlmRuntime({
    projectDir: folder,
    modelSlots: { default: model },
    // An address that reaches this machine, too, and that ktx does not know for one: Codex loads all certificates.
    endpoint: { baseUrl: bundle === "one" ? baseUrl : baseUrl.replace("127.0.0.1", "0.0.0.0") },
    transport,
    env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: folder },
  });
  const ask = (work: Work): Promise<unknown> => {
    const input = { role: "default", prompt: prompts[work] } as const;
    if (work === "object") return runtime.generateObject({ ...input, schema });
    return runtime.generateText({ ...input, ...(work === "tool" && { tools: wikiTools }) });
  };
  return {
    name: transport,
    run: async (work) => expectYes(work, await ask(work)),
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}
