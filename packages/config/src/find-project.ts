import { lstat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** The file that makes a folder a ktx project. */
export const configFileName = "ktx.yaml";

/** The rule that decides the project's folder: the option, the variable, the nearest `ktx.yaml`, or the current folder. */
export type ProjectRule =
  | "--project-dir"
  | "KTX_PROJECT_DIR"
  | "nearest ktx.yaml"
  | "current folder";

export interface ProjectDiscovery {
  /** Absolute. */
  readonly directory: string;
  /** Absolute; the file may not exist. */
  readonly configFile: string;
  readonly rule: ProjectRule;
  /** True when an entry named `configFile` exists, even one that `readConfig` cannot read. */
  readonly found: boolean;
  /** The searches without success, one sentence each, in order. */
  readonly notFound: readonly string[];
}

export interface FindProjectOptions {
  /** The value of `--project-dir`; relative to `cwd`. */
  readonly projectDir?: string | undefined;
  /** Only `KTX_PROJECT_DIR` is read; relative to `cwd`; empty counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** The first rule that applies wins; an explicit one is never replaced by a search. */
export async function findProject(options: FindProjectOptions): Promise<ProjectDiscovery> {
  const { projectDir, env, cwd, signal } = options;
  signal?.throwIfAborted();
  if (projectDir !== undefined) return lookAt(resolve(cwd, projectDir), "--project-dir");
  const named = env["KTX_PROJECT_DIR"];
  if (named !== undefined && named !== "") return lookAt(resolve(cwd, named), "KTX_PROJECT_DIR");
  for (const directory of upwards(resolve(cwd))) {
    signal?.throwIfAborted();
    if (await isThere(join(directory, configFileName)))
      return discovery(directory, "nearest ktx.yaml", true, []);
  }
  return discovery(resolve(cwd), "current folder", false, [
    `There is no ${configFileName} in ${resolve(cwd)} or in any folder above it.`,
  ]);
}

async function lookAt(directory: string, rule: ProjectRule): Promise<ProjectDiscovery> {
  if (await isThere(join(directory, configFileName))) return discovery(directory, rule, true, []);
  const missing = (await isThere(directory))
    ? `There is no ${configFileName} in ${directory}, which ${rule} names.`
    : `There is no folder ${directory}, which ${rule} names.`;
  return discovery(directory, rule, false, [missing]);
}

function discovery(
  directory: string,
  rule: ProjectRule,
  found: boolean,
  notFound: readonly string[],
): ProjectDiscovery {
  return { directory, configFile: join(directory, configFileName), rule, found, notFound };
}

/** A file that cannot be checked counts as existing: reading it then gives the reason. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code !== "ENOENT" && code !== "ENOTDIR";
  }
}

function* upwards(directory: string): Generator<string> {
  yield directory;
  const parent = dirname(directory);
  if (parent !== directory) yield* upwards(parent);
}
