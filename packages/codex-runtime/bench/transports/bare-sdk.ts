import { startToolBridge } from "@ktx/mcp-bridge";
import { Codex } from "@openai/codex-sdk";
import { wikiTools } from "../../test/isolation/wiki-tools.ts";
import {
  answerSchema,
  type Contender,
  type ContenderInput,
  expectYes,
  model,
  prompts,
} from "./contender.ts";

/** `@openai/codex-sdk` as its README uses it, in an empty home. Its tools come from one bridge for all runs. */
export async function bareSdk({ baseUrl, folder }: ContenderInput): Promise<Contender> {
  const bridge = await startToolBridge({ projectDir: folder, toolSet: wikiTools });
  const provider = {
    name: "sim",
    base_url: baseUrl,
    wire_api: "responses",
    supports_websockets: false,
  };
  const server = {
    url: bridge.url,
    bearer_token_env_var: bridge.bearerTokenEnvVar,
    default_tools_approval_mode: "approve",
    required: true,
  };
  const codexWith = (add: Record<string, Record<string, typeof server>>): Codex =>
    new Codex({
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        CODEX_HOME: folder,
        [bridge.bearerTokenEnvVar]: bridge.bearerToken,
      },
      config: { model_provider: "sim", model_providers: { sim: provider }, ...add },
    });
  const plain = codexWith({});
  const withTools = codexWith({ mcp_servers: { ktx: server } });
  return {
    name: "sdk",
    run: async (work) => {
      const codex = work === "tool" ? withTools : plain;
      const thread = codex.startThread({ model, skipGitRepoCheck: true, workingDirectory: folder });
      const turn = await thread.run(
        prompts[work],
        work === "object" ? { outputSchema: answerSchema } : {},
      );
      expectYes(work, work === "object" ? JSON.parse(turn.finalResponse) : turn.finalResponse);
    },
    [Symbol.asyncDispose]: () => bridge.close(),
  };
}
