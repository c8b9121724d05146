import { readSignIn } from "@ktx/codex-runtime";
import type { LlmOptions } from "./resolve-llm.ts";

/** The URL that Codex connects to: that of the endpoint, of OpenAI's API for a key, or of ChatGPT. */
export async function findServiceUrl(
  { endpoint, env, isolation }: Pick<LlmOptions, "endpoint" | "env" | "isolation">,
  abortSignal: AbortSignal,
): Promise<string> {
  if (endpoint !== undefined) return endpoint.baseUrl;
  const { state } = await readSignIn({ env, isolation, abortSignal });
  return state === "api-key" || state === "environment-key"
    ? "https://api.openai.com"
    : "https://chatgpt.com";
}
