import { defaultCodexModel } from "@ktx/codex-runtime";
import type { WrittenConfig } from "@ktx/config";

/** The `ktx.yaml` of a custom service: a demo takes the same path as a user. */
export function demoConfig(baseUrl: string): WrittenConfig {
  return {
    llm: {
      provider: { backend: "codex", codex: { endpoint: { base_url: baseUrl } } },
      models: { default: defaultCodexModel },
    },
  };
}
