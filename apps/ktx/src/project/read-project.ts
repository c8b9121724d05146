import { type ConfigReading, findProject, type ProjectDiscovery, readConfig } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";

/** The project that a command works on, and what its `ktx.yaml` says. */
export interface Project {
  readonly discovery: ProjectDiscovery;
  /** Where there is no file, that is its problem. */
  readonly reading: ConfigReading;
}

/** @param projectDir the value of `--project-dir`. */
export async function readProject(
  projectDir: string | undefined,
  { env, cwd, signal }: Pick<CliIo, "env" | "cwd" | "signal">,
): Promise<Project> {
  const discovery = await findProject({ projectDir, env, cwd, signal });
  return { discovery, reading: await readConfig(discovery.configFile, { signal }) };
}
