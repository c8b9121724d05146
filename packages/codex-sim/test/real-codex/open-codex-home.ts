import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A CODEX_HOME of a test's own, with the model catalogs that its runs choose from. */
export interface CodexHome extends AsyncDisposable {
  readonly path: string;
  /** The path of the bundled catalog with every entry reduced to the bare model. */
  readonly leanCatalog: string;
  /** The path of the catalog as the binary brings it along. */
  readonly bundledCatalog: string;
}

// Not under the system's temporary folder: Codex warns about a home there.
const cacheFolder = fileURLToPath(new URL("../../../../node_modules/.cache/", import.meta.url));

export async function openCodexHome(): Promise<CodexHome> {
  await mkdir(cacheFolder, { recursive: true });
  const path = await mkdtemp(join(cacheFolder, "codex-sim-"));
  const models = await bundledModels(path);
  const leanCatalog = join(path, "lean-catalog.json");
  const bundledCatalog = join(path, "bundled-catalog.json");
  await writeFile(leanCatalog, JSON.stringify({ models: models.map(lean) }));
  await writeFile(bundledCatalog, JSON.stringify({ models }));
  return {
    path,
    leanCatalog,
    bundledCatalog,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function bundledModels(home: string): Promise<readonly Record<string, unknown>[]> {
  const sdk = createRequire(fileURLToPath(import.meta.resolve("@openai/codex-sdk")));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [sdk.resolve("@openai/codex/bin/codex.js"), "debug", "models", "--bundled"],
    { env: { CODEX_HOME: home, HOME: home }, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout).models;
}

function lean(model: Record<string, unknown>): unknown {
  return {
    ...model,
    multi_agent_version: undefined,
    supports_search_tool: false,
    apply_patch_tool_type: null,
    shell_type: "disabled",
    experimental_supported_tools: [],
    tool_mode: "direct",
    base_instructions: "You are a helpful assistant.",
    model_messages: null,
    include_skills_usage_instructions: false,
    include_plugin_usage_instructions: false,
    include_apps_usage_instructions: false,
  };
}
