import { CodexKtxLlmRuntime as Runtime, type CodexRuntimeOptions } from "@ktx/codex-runtime";

export * from "@ktx/codex-runtime";

/** The runtime of a README's example, with a stand-in service in place of the user's account. */
export class CodexKtxLlmRuntime extends Runtime {
  constructor(options: CodexRuntimeOptions) {
    super({ endpoint: { baseUrl: process.env["README_ENDPOINT"] ?? "" }, ...options });
  }
}
