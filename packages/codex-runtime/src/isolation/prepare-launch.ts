import { childEnvironment } from "../process/child-environment.ts";
import { defaultBaseInstructions } from "./lean-catalog.ts";
import { boundedSettings, nestSettings, strictSettings } from "./lean-settings.ts";
import { openIsolatedHome } from "./open-isolated-home.ts";
import { readLeanCatalog } from "./read-lean-catalog.ts";

/** `strict`: this run's tools and nothing else; `host`: the user's Codex as it is. */
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
  readonly env: Record<string, string>;
  readonly workingDirectory: string;
}

/** Turns the isolation mode into the configuration, environment and folders of one process. */
export function prepareLaunch(input: PrepareLaunchInput): Promise<Launch> {
  return input.isolation === "strict" ? strictLaunch(input) : Promise.resolve(hostLaunch(input));
}

function hostLaunch(input: PrepareLaunchInput): Launch {
  return {
    config: { ...nestSettings(boundedSettings), ...input.configOverrides },
    env: childEnvironment(environmentInput(input, {})),
    workingDirectory: input.projectDir,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function strictLaunch(input: PrepareLaunchInput): Promise<Launch> {
  const home = await openIsolatedHome(input);
  const env = childEnvironment(
    environmentInput(input, { CODEX_HOME: home.codexHome, PATH: home.emptyFolder }),
  );
  const catalog = await readLeanCatalog({
    codexPath: input.codexPath,
    catalogFolder: home.catalogFolder,
    model: input.model,
    baseInstructions: input.baseInstructions ?? defaultBaseInstructions,
    env,
    ...(input.signal && { signal: input.signal }),
  });
  return {
    config: {
      ...nestSettings([...boundedSettings, ...strictSettings]),
      sqlite_home: home.stateFolder,
      log_dir: home.stateFolder,
      ...(catalog !== undefined && { model_catalog_json: catalog }),
      ...input.configOverrides,
    },
    env,
    workingDirectory: input.ownDirectory ? input.projectDir : home.emptyFolder,
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

function environmentInput(
  input: PrepareLaunchInput,
  add: Readonly<Record<string, string>>,
): Parameters<typeof childEnvironment>[0] {
  return {
    env: input.env,
    platform: input.platform,
    ...(input.allowEnv && { allow: input.allowEnv }),
    add: { ...add, ...input.addEnv },
  };
}
