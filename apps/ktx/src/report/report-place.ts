import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { openProject } from "../project/read-project.ts";

/**
 * The path of a new page below `.ktx/reports` of the project, for `--open`. The folder is made now, so that a run whose
 * page cannot be written does not begin.
 *
 * @throws {CliError} for a folder that cannot be made.
 */
export async function reportPlace(
  { name, projectDir }: { readonly name: string; readonly projectDir?: string | undefined },
  io: Pick<CliIo, "cwd" | "env" | "signal">,
  now: Date = new Date(),
): Promise<string> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  const folder = join(directory, ".ktx", "reports");
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw usageError(
      `Expected a folder for the page of --open, and ${folder} cannot be made.`,
      {
        why: error instanceof Error ? error.message : String(error),
        next: "Leave out --open.",
      },
      { cause: error },
    );
  }
  await writeFile(join(directory, ".ktx", ".gitignore"), "*\n", { flag: "wx" }).catch(() => {});
  const stamp = now.toISOString().replaceAll(/[-:Z]/g, "").replaceAll(/[T.]/g, "-");
  return join(folder, `${name}-${stamp}.html`);
}
