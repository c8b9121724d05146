import { Codex, type CodexOptions } from "@openai/codex-sdk";
import type { CodexHome } from "./open-codex-home.ts";

type ConfigObject = NonNullable<CodexOptions["config"]>;

export interface CodexRun {
  readonly home: CodexHome;
  readonly baseUrl: string;
  readonly prompt?: string;
  readonly model?: string;
  /** @default "lean" */
  readonly catalog?: "lean" | "bundled";
  readonly outputSchema?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  /** Added to the provider's entry, such as `stream_max_retries`. */
  readonly provider?: ConfigObject;
  /** Added to the configuration. */
  readonly config?: ConfigObject;
  /** Added to the environment of the binary. */
  readonly env?: Record<string, string>;
  /** The URL of the MCP server `ktx`. */
  readonly mcpUrl?: string;
}

/** The events of one turn of the real binary, up to its end; what it threw after them is given too. */
export async function runCodex(
  run: CodexRun,
): Promise<{ readonly events: readonly unknown[]; readonly thrown?: string }> {
  const events: unknown[] = [];
  try {
    for await (const event of await startTurn(run)) events.push(event);
    return { events };
  } catch (error) {
    return { events, thrown: String(error) };
  }
}

/** The turn's events as they come. */
export async function startTurn(run: CodexRun): Promise<AsyncIterable<unknown>> {
  const { home } = run;
  const codex = new Codex({
    env: environmentOf(run),
    config: configOf(run),
  });
  const thread = codex.startThread({
    model: run.model ?? "gpt-5.5",
    workingDirectory: home.path,
    skipGitRepoCheck: true,
    sandboxMode: "read-only",
    approvalPolicy: "never",
    webSearchMode: "disabled",
  });
  const { events } = await thread.runStreamed(run.prompt ?? "hi", {
    ...(run.outputSchema && { outputSchema: run.outputSchema }),
    ...(run.signal && { signal: run.signal }),
  });
  return events;
}

/** The environment of the binary. */
export function environmentOf({ home, env }: CodexRun): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home.path,
    CODEX_HOME: home.path,
    SIM_KEY: "x",
    ...env,
  };
}

/** The configuration beside that of the home. */
export function configOf(run: CodexRun): ConfigObject {
  return { ...quietConfig, ...serviceConfig(run), ...run.config };
}

function serviceConfig({ home, baseUrl, catalog, provider, mcpUrl }: CodexRun): ConfigObject {
  return {
    model_catalog_json: catalog === "bundled" ? home.bundledCatalog : home.leanCatalog,
    model_provider: "sim",
    model_providers: {
      sim: {
        name: "sim",
        base_url: baseUrl,
        wire_api: "responses",
        env_key: "SIM_KEY",
        supports_websockets: false,
        request_max_retries: 0,
        stream_max_retries: 0,
        ...provider,
      },
    },
    ...(mcpUrl !== undefined && {
      mcp_servers: {
        ktx: {
          url: mcpUrl,
          default_tools_approval_mode: "approve",
          supports_parallel_tool_calls: true,
          required: true,
        },
      },
    }),
  };
}

const offFeatures = `
  goals multi_agent sleep_tool apps plugins remote_plugin memories hooks tool_suggest
  shell_snapshot shell_tool unified_exec view_image image_generation skill_search browser_use
  computer_use in_app_browser guardian_approval unbounded_connection_retries`;

/** Nothing of the machine reaches the model, and Codex contacts nobody but the stand-in. */
const quietConfig: ConfigObject = {
  features: Object.fromEntries(
    offFeatures
      .trim()
      .split(/\s+/)
      .map((name) => [name, false]),
  ),
  agents: { enabled: false },
  tools: { experimental_request_user_input: { enabled: false } },
  skills: { include_instructions: false, bundled: { enabled: false } },
  include_environment_context: false,
  include_permissions_instructions: false,
  include_apps_instructions: false,
  include_collaboration_mode_instructions: false,
  project_doc_max_bytes: 0,
  analytics: { enabled: false },
  notify: [],
  history: { persistence: "none" },
  experimental_thread_store: { type: "in_memory", id: "sim" },
};
