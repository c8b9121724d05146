import { access } from "node:fs/promises";
import { openOwnStore } from "./apply/open-own-store.ts";
import { checkFolders, foldersOf } from "./apply/project-folders.ts";
import type { IngestOptions } from "./ingest-options.ts";
import type { IngestPlan } from "./plan/plan-ingest.ts";
import { prepareIngest } from "./plan/prepare-ingest.ts";
import { loadRecipes } from "./run/recipes.ts";

/** The plan of the ingest with these options. It asks no model and changes nothing. */
export async function previewIngest(
  options: Pick<
    IngestOptions,
    "projectDir" | "cwd" | "paths" | "models" | "concurrency" | "onlyFailed" | "gone"
  >,
): Promise<IngestPlan> {
  const {
    projectDir,
    cwd = projectDir,
    paths,
    models,
    concurrency = 4,
    onlyFailed = false,
    gone = false,
  } = options;
  const { unit: recipe } = await loadRecipes(models);
  await checkFolders(projectDir);
  const folders = foldersOf(projectDir);
  const exists = await access(folders.store).then(
    () => true,
    () => false,
  );
  const input = { projectDir, cwd, paths, recipe, concurrency, onlyFailed, gone };
  if (!exists) return (await prepareIngest(input)).plan;
  await using store = await openOwnStore(folders);
  return (await prepareIngest({ ...input, store })).plan;
}
