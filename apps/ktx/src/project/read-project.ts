import { stat } from "node:fs/promises";
import { type ConfigReading, findProject, type ProjectDiscovery, readConfig } from "@ktx/config";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";

/** The project that a command works on, and the content of its `ktx.yaml`. */
export interface Project {
  readonly discovery: ProjectDiscovery;
  /** A missing file is one of its problems. */
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

/**
 * The same, for a command that writes to the project's folder.
 *
 * @throws {CliError} where the folder that `--project-dir` or `KTX_PROJECT_DIR` names does not exist.
 */
export async function openProject(
  projectDir: string | undefined,
  io: Pick<CliIo, "env" | "cwd" | "signal">,
): Promise<Project> {
  const project = await readProject(projectDir, io);
  const { directory, rule } = project.discovery;
  if (rule !== "--project-dir" && rule !== "KTX_PROJECT_DIR") return project;
  const found = await stat(directory).then(
    (status) => (status.isDirectory() ? "folder" : "file"),
    () => "nothing",
  );
  if (found === "folder") return project;
  const what =
    found === "file"
      ? `${directory} is not a folder.`
      : `The folder ${directory} does not exist, or may not be read.`;
  throw usageError(what, {
    why: `${rule} names it as the project's folder.`,
    next: `Correct ${rule}, or create the folder first.`,
  });
}
