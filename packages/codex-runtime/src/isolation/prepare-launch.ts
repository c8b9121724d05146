import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signInHome, userHome } from "./cache-folder.ts";
import { isScript } from "../process/resolve-codex-path.ts";
import { retryLogFilter } from "../process/announced-retries.ts";
import { childEnvironment } from "../process/child-environment.ts";
import { defaultBaseInstructions } from "./lean-catalog.ts";
import { boundedSettings, nestSettings, strictSettings } from "./lean-settings.ts";
import { machineFolder, readMachineServersOff } from "./machine-settings.ts";
import { type IsolatedHome, openIsolatedHome } from "./open-isolated-home.ts";
import { readLeanCatalog } from "./read-lean-catalog.ts";
import { findRunEndpoint, isPlainLoopback, type RunEndpoint } from "./run-endpoint.ts";
import { writeLoopbackBundle } from "./write-loopback-bundle.ts";

/** `strict`: this run's tools, and Codex's readers of MCP resources beside them; `host`: the user's Codex as it is. */
export type IsolationMode = "strict" | "host";

export interface PrepareLaunchInput {
  readonly isolation: IsolationMode;
  readonly codexPath: string;
  readonly model: string;
  readonly projectDir: string;
  /** True when the caller chose the model's working directory. */
  readonly ownDirectory: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly allowEnv?: readonly string[];
  readonly addEnv?: Readonly<Record<string, string>>;
  readonly baseInstructions?: string;
  /** What the run itself configures; wins over the settings of the isolation. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** What a Codex process is started with; disposing it gives back what the run held. */
export interface Launch extends AsyncDisposable {
  readonly config: Readonly<Record<string, unknown>>;
  /** The same with Codex's own base instructions; absent where `config` has no others. */
  readonly stockConfig?: Readonly<Record<string, unknown>>;
  readonly env: Record<string, string>;
  readonly workingDirectory: string;
}

/**
 * Turns the isolation mode into the configuration, environment and folders of one process.
 *
 * @throws {IsolationError} where the user's sign-in can not be shared.
 */
export function prepareLaunch(input: PrepareLaunchInput): Promise<Launch> {
  return input.isolation === "strict" ? strictLaunch(input) : Promise.resolve(hostLaunch(input));
}

function hostLaunch(input: PrepareLaunchInput): Launch {
  return {
    config: { ...nestSettings(boundedSettings), ...input.configOverrides },
    env: childEnvironment(environmentInput(input, absoluteHomes(input))),
    workingDirectory: input.projectDir,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Codex counts relative homes from its working directory, the user from that of this process. */
function absoluteHomes({ env, platform }: PrepareLaunchInput): Readonly<Record<string, string>> {
  const name = platform === "win32" ? "USERPROFILE" : "HOME";
  return {
    ...(env["CODEX_HOME"] && { CODEX_HOME: signInHome(env, platform) }),
    ...(env[name] && { [name]: userHome(env, platform) }),
  };
}

async function strictLaunch(input: PrepareLaunchInput): Promise<Launch> {
  const endpoint = findRunEndpoint(input.configOverrides ?? {}, input.env);
  const home = await openIsolatedHome({ ...input, usesAccount: endpoint.usesAccount });
  try {
    const env = await strictEnvironment(input, home, endpoint);
    const catalog = await readLeanCatalog({
      ...input,
      catalogFolder: home.catalogFolder,
      workFolder: home.stateFolder,
      env,
    });
    const instructions = join(home.stateFolder, "instructions.md");
    // Codex refuses an empty file, so an empty text is the default.
    await writeFile(instructions, input.baseInstructions?.trim() || defaultBaseInstructions);
    const stockConfig = {
      ...nestSettings([...boundedSettings, ...strictSettings]),
      sqlite_home: home.stateFolder,
      log_dir: home.stateFolder,
      ...(catalog !== undefined && { model_catalog_json: catalog }),
      ...input.configOverrides,
      mcp_servers: {
        ...(await readMachineServersOff(machineFolder(input.env, input.platform))),
        ...toolServers(input.configOverrides),
      },
    };
    return {
      config: { model_instructions_file: instructions, ...stockConfig },
      stockConfig,
      env,
      workingDirectory: input.ownDirectory ? input.projectDir : home.emptyFolder,
      [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

function toolServers(config: PrepareLaunchInput["configOverrides"]): object {
  const servers = config?.["mcp_servers"];
  return typeof servers === "object" && servers !== null ? servers : {};
}

/**
 * No folder of the user's as home, since Codex reads skills under it in any case. No programs: Codex
 * asks `lsb_release`, a script of many processes, for each run's user agent whenever PATH has it, and
 * git for what the working directory is; a Codex without a shell needs nothing of it. Only a Codex
 * that is itself a script (a version manager's shim) keeps the PATH.
 */
async function strictEnvironment(
  input: PrepareLaunchInput,
  home: IsolatedHome,
  endpoint: RunEndpoint,
): Promise<Record<string, string>> {
  const isLocal = endpoint.baseUrl !== undefined && isPlainLoopback(endpoint.baseUrl);
  const bundle =
    isLocal && !endpoint.usesAccount ? await writeLoopbackBundle(home.stateFolder) : undefined;
  const keepPath = await isScript(input.codexPath);
  return childEnvironment({
    ...environmentInput(input, {
      CODEX_HOME: home.codexHome,
      HOME: home.emptyFolder,
      ...(!keepPath && { PATH: home.emptyFolder }),
      ...(bundle !== undefined && { SSL_CERT_FILE: bundle }),
    }),
    withhold: [
      ...(keepPath ? [] : ["PATH"]),
      ...(bundle === undefined ? [] : ["SSL_CERT_DIR", "CODEX_CA_CERTIFICATE"]),
    ],
  });
}

function environmentInput(
  input: PrepareLaunchInput,
  add: Readonly<Record<string, string>>,
): Parameters<typeof childEnvironment>[0] {
  return {
    env: input.env,
    platform: input.platform,
    ...(input.allowEnv && { allow: input.allowEnv }),
    add: { RUST_LOG: retryLogFilter, ...add, ...input.addEnv },
  };
}
