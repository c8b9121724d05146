import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { configArguments, type IsolationSetting, nestSettings } from "@ktx/codex-home";
import { answering, type CodexSim, startCodexSim } from "@ktx/codex-sim";
import { makeHostileHome, trapTexts } from "../../test/isolation/hostile-home.ts";

/** One run of a Codex in the user's own home, where only the settings keep anything out. */
export interface WatchedRun {
  readonly codexPath: string;
  readonly model: string;
  readonly settings: readonly IsolationSetting[];
}

/** The things that reached the model, were started or were written beside the prompt, each by a short name. */
export async function watchRun(run: WatchedRun): Promise<ReadonlySet<string>> {
  await using home = await makeHostileHome(run.codexPath);
  await using sim = await startCodexSim({ script: answering(() => "hello") });
  const config = {
    ...nestSettings(run.settings),
    sandbox_mode: "read-only",
    model_provider: "check",
    model_providers: {
      check: {
        name: "check",
        base_url: sim.baseUrl,
        wire_api: "responses",
        supports_websockets: false,
      },
    },
  };
  const args = ["exec", "--json", "--model", run.model, ...configArguments(config), "hi"];
  const ended = await runToEnd(run.codexPath, args, { cwd: home.projectDir, env: home.env });
  if (sim.requests.length === 0)
    throw new Error(`${run.codexPath} ended before it asked the model: ${ended}`);
  const folders = ["sessions", "shell_snapshots"].filter((name) =>
    existsSync(join(home.codexHome, name)),
  );
  return new Set([
    ...sightingsIn(sim),
    ...(await home.sprung()).map((name) => `program ${name}`),
    ...folders.map((name) => `folder ${name}`),
  ]);
}

/** Without the remote of git, which an empty PATH keeps out and no setting does. */
function sightingsIn({ requests, otherRequests }: CodexSim): readonly string[] {
  const all = JSON.stringify(requests);
  return [
    ...requests.flatMap(({ tools }) => tools.map((name) => `tool ${name}`)),
    ...Object.values(trapTexts)
      .filter((text) => text !== trapTexts.gitRemote && all.includes(text))
      .map((text) => `text ${text}`),
    // Codex's own additions are in tags: `<environment_context>`.
    ...Array.from(all.matchAll(/<([a-z][a-z_ ]+)>/g), ([, tag]) => `text <${tag}>`),
    ...otherRequests.map(({ method, path }) => `request ${method} ${path.split("?")[0]}`),
  ];
}

/** However it ends: what was seen until then counts. Gives what Codex said of its end. */
function runToEnd(
  path: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve) => {
    const limits = { timeout: 30_000, killSignal: "SIGKILL", maxBuffer: 1 << 26 } as const;
    execFile(path, args, { ...options, ...limits }, (error, stdout, stderr) =>
      resolve(error?.message ?? `${stdout}${stderr}`),
    ).stdin?.end();
  });
}
