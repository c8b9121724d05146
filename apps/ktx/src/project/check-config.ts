import type { ConfigProblem, ProjectDiscovery, ResolvedConfig } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { openProject } from "./read-project.ts";

/** The project's configuration with all defaults; the object that `ktx config show --json` prints. */
export interface ConfigReport {
  readonly version: 1;
  readonly project: Pick<ProjectDiscovery, "directory" | "configFile" | "rule" | "found">;
  /** Null when a problem is an error. */
  readonly config: ResolvedConfig | null;
  /** In the order of the file. */
  readonly problems: readonly ConfigProblem[];
}

export async function checkConfig(
  { projectDir }: { readonly projectDir?: string | undefined },
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<ConfigReport> {
  const { discovery, reading } = await openProject(projectDir, io);
  const { directory, configFile, rule, found } = discovery;
  return {
    version: 1,
    project: { directory, configFile, rule, found },
    config: reading.config ?? null,
    problems: reading.problems,
  };
}
