import { retryLogFilter } from "./announced-waits.ts";
import { childEnvironment } from "./child-environment.ts";
import { signInHome, userHome } from "./cache-folder.ts";
import { isScript } from "./is-script.ts";
import { boundedSettings, nestSettings, strictSettings } from "./isolation-settings.ts";
import { machineFolder, readMachineServersOff } from "./administrator-settings.ts";
import { type IsolatedHome, openIsolatedHome } from "./open-isolated-home.ts";
import { readLeanCatalog } from "./read-lean-catalog.ts";
import { isPlainLoopback, type RunEndpoint } from "./run-endpoint.ts";
import { writeLoopbackBundle } from "./write-loopback-bundle.ts";

/** `strict`: this run's tools, beside which Codex shows its readers of MCP resources where they are behind a server; `host`: the user's Codex as it is. */
export type IsolationMode = "strict" | "host";

export interface PrepareHostInput {
  readonly isolation: IsolationMode;
  readonly codexPath: string;
  /** The models that the process serves, at least one. */
  readonly models: readonly string[];
  readonly projectDir: string;
  /** True when the caller chose the model's working directory. */
  readonly ownDirectory: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly allowEnv?: readonly string[];
  readonly endpoint: RunEndpoint;
  /**
   * True for a process whose threads stay on disk, apart from the user's own; in strict isolation. `idle`: it runs
   * none of them, and needs no sign-in. @default false
   */
  readonly keepsThreads?: boolean | "idle";
  readonly signal?: AbortSignal;
}

/** The settings, environment and folders of a Codex process. Disposing it releases its folders. */
export interface CodexHost extends AsyncDisposable {
  readonly isolation: IsolationMode;
  /** Settings of the process, safe to show in its arguments. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** A folder of this process alone; absent in host isolation. */
  readonly stateFolder?: string;
}

/**
 * Turns the isolation mode into the configuration, environment and folders of one process.
 *
 * @throws {SignInError} if the user's sign-in cannot be shared.
 */
export function prepareHost(input: PrepareHostInput): Promise<CodexHost> {
  // Whatever else comes from a caller that is not type-checked, it opens nothing.
  return input.isolation === "host" ? Promise.resolve(userHost(input)) : strictHost(input);
}

function userHost(input: PrepareHostInput): CodexHost {
  return {
    isolation: "host",
    config: nestSettings(boundedSettings),
    env: childEnvironment(environmentInput(input, absoluteHomes(input))),
    workingDirectory: input.projectDir,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Codex resolves relative homes from its own working directory; users mean that of this process. */
function absoluteHomes({ env, platform }: PrepareHostInput): Readonly<Record<string, string>> {
  const name = platform === "win32" ? "USERPROFILE" : "HOME";
  return {
    ...(env["CODEX_HOME"] && { CODEX_HOME: signInHome(env, platform) }),
    ...(env[name] && { [name]: userHome(env, platform) }),
  };
}

async function strictHost(input: PrepareHostInput): Promise<CodexHost> {
  const home = await openIsolatedHome({
    ...input,
    usesAccount: input.endpoint.usesAccount,
    service: input.endpoint.baseUrl,
  });
  try {
    const env = await strictEnvironment(input, home);
    const catalog = await readLeanCatalog({
      ...input,
      catalogFolder: home.catalogFolder,
      workFolder: home.stateFolder,
      env,
    });
    return {
      isolation: "strict",
      config: {
        ...nestSettings([...boundedSettings, ...strictSettings]),
        ...(input.keepsThreads && { experimental_thread_store: { type: "local" } }),
        sqlite_home: home.stateFolder,
        log_dir: home.stateFolder,
        ...(catalog !== undefined && { model_catalog_json: catalog }),
        mcp_servers: await readMachineServersOff(machineFolder(input.env, input.platform)),
      },
      env,
      workingDirectory: input.ownDirectory ? input.projectDir : home.emptyFolder,
      stateFolder: home.stateFolder,
      [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The home is not the user's, since Codex always reads the skills in its home. PATH is empty: with a PATH, Codex runs
 * `lsb_release`, a script of many processes, for the user agent of each run, and git to inspect the working directory; a
 * Codex without a shell needs neither. Only a Codex that is itself a script (a version manager's shim) keeps the PATH.
 */
async function strictEnvironment(
  input: PrepareHostInput,
  home: IsolatedHome,
): Promise<Record<string, string>> {
  const { baseUrl, usesAccount } = input.endpoint;
  const isLocal = baseUrl !== undefined && isPlainLoopback(baseUrl);
  const bundle = isLocal && !usesAccount ? await writeLoopbackBundle(home.stateFolder) : undefined;
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
      ...keysOfOthers(input.endpoint),
      ...(bundle === undefined ? [] : ["SSL_CERT_DIR", "CODEX_CA_CERTIFICATE"]),
    ],
  });
}

/** The keys of OpenAI that the service of the run does not take. Codex reads only `CODEX_API_KEY` (0.163.0). */
function keysOfOthers({ baseUrl, keyVariable }: RunEndpoint): readonly string[] {
  const own = keyVariable ?? (baseUrl === undefined ? "CODEX_API_KEY" : undefined);
  return ["CODEX_API_KEY", "OPENAI_API_KEY"].filter((name) => name !== own);
}

function environmentInput(
  input: PrepareHostInput,
  add: Readonly<Record<string, string>>,
): Parameters<typeof childEnvironment>[0] {
  return {
    env: input.env,
    platform: input.platform,
    ...(input.allowEnv && { allow: input.allowEnv }),
    add: { RUST_LOG: retryLogFilter, ...add },
  };
}
