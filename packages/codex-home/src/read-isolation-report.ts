import { stat } from "node:fs/promises";
import { join } from "node:path";
import { signInHome, userHome } from "./cache-folder.ts";
import { readInfluences } from "./host-influences.ts";
import type { ContactedHost, IsolationReport, UserFile } from "./isolation-report.ts";
import { isolatedFolders } from "./open-isolated-home.ts";
import type { IsolationMode } from "./prepare-host.ts";

/** The options that decide the isolation of a runtime's runs. */
export interface IsolationScene {
  readonly isolation: IsolationMode;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly projectDir: string;
  readonly baseInstructions: string;
  /** The way in which Codex calls the tools of a run. @default "mcp" */
  readonly toolTransport?: "dynamic" | "mcp";
  /** The address of a custom endpoint. */
  readonly baseUrl?: string;
}

/** Reports the isolation of a run from the files on this machine; reads no secret and starts nothing. */
export async function readIsolationReport(
  scene: IsolationScene | undefined,
  /** By the names that the model sees. */
  toolNames: readonly string[],
): Promise<IsolationReport> {
  if (scene === undefined)
    return { mode: "custom-runner", userFiles: [], hosts: [], influences: [] };
  const isServed = toolNames.length > 0 && scene.toolTransport !== "dynamic";
  const hosts = [...modelHosts(scene), ...(isServed ? [toolHost] : [])];
  if (scene.isolation === "host")
    return {
      mode: "host",
      userFiles: await statFiles(signInFiles(scene)),
      hosts: [...hosts, ...stockHosts],
      influences: await readInfluences("host", { ...scene, workingDirectory: scene.projectDir }),
      codexHome: signInHome(scene.env, scene.platform),
    };
  const usesAccount = needsAccount(scene);
  return {
    mode: "strict",
    shown: {
      ...(isServed ? servedTools(toolNames) : { tools: toolNames, addedByCodex: [] }),
      instructionBytes: Buffer.byteLength(scene.baseInstructions),
    },
    userFiles: await statFiles(strictFiles(scene, usesAccount)),
    hosts,
    influences: await readInfluences("machine", { ...scene, workingDirectory: scene.projectDir }),
    codexHome: isolatedFolders({ ...scene, usesAccount }).codexHome,
  };
}

const toolHost: ContactedHost = { host: "127.0.0.1", purpose: "this run's tools" };

/** The hosts that stock Codex contacts in addition, with any endpoint (measured). */
const stockHosts: readonly ContactedHost[] = [
  "chatgpt.com",
  "ab.chatgpt.com",
  "github.com",
  "api.github.com",
].map((host) => ({ host, purpose: "plugins, updates and analytics of stock Codex" }));

function needsAccount({ baseUrl, env }: IsolationScene): boolean {
  return baseUrl === undefined && !env["CODEX_API_KEY"];
}

type ShownTools = Pick<NonNullable<IsolationReport["shown"]>, "tools" | "addedByCodex">;

/** Codex adds its readers to every run with an MCP server, and no setting removes them. */
function servedTools(names: readonly string[]): ShownTools {
  const addedByCodex = ["list_mcp_resources", "list_mcp_resource_templates", "read_mcp_resource"];
  return { tools: [...names.map((name) => `mcp__ktx.${name}`), ...addedByCodex], addedByCodex };
}

function modelHosts(scene: IsolationScene): readonly ContactedHost[] {
  const { baseUrl } = scene;
  if (baseUrl !== undefined)
    return [
      { host: URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl, purpose: "the model" },
    ];
  if (!needsAccount(scene)) return [{ host: "api.openai.com", purpose: "the model" }];
  return [
    { host: "chatgpt.com", purpose: "the model, signed in with ChatGPT" },
    { host: "auth.openai.com", purpose: "refreshes that sign-in" },
    { host: "api.openai.com", purpose: "the model, signed in with an API key" },
  ];
}

type PlannedFile = Omit<UserFile, "exists">;

function signInFiles({ env, platform }: IsolationScene): readonly PlannedFile[] {
  const path = join(signInHome(env, platform), "auth.json");
  return [{ path, purpose: "the sign-in; a refreshed token is written back" }];
}

function strictFiles(scene: IsolationScene, usesAccount: boolean): readonly PlannedFile[] {
  const skills = join(userHome(scene.env, scene.platform), ".agents", "skills");
  return [
    ...(usesAccount ? signInFiles(scene) : []),
    // On Windows, the home folder does not come from the environment, so ours does not replace it.
    ...(scene.platform === "win32"
      ? [{ path: skills, purpose: "read by Codex, not shown to the model" }]
      : []),
  ];
}

function statFiles(files: readonly PlannedFile[]): Promise<readonly UserFile[]> {
  return Promise.all(
    files.map(async (file) => ({
      ...file,
      exists: await stat(file.path).then(
        () => true,
        () => false,
      ),
    })),
  );
}
