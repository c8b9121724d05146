import { access } from "node:fs/promises";
import { openSqliteStore } from "@ktx/batch";
import { foldersOf } from "./apply/project-folders.ts";
import type { IngestOptions } from "./ingest-options.ts";
import type { IngestPlan } from "./plan/plan-ingest.ts";
import { prepareIngest } from "./plan/prepare-ingest.ts";
import { loadRecipes } from "./run/recipes.ts";

/** The plan of the ingest with these options. It asks no model and changes nothing. */
export async function previewIngest(
  options: Pick<IngestOptions, "projectDir" | "cwd" | "paths" | "models" | "concurrency" | "onlyFailed"
  >,
): Promise<IngestPlan> {
  const { projectDir, cwd = projectDir, paths, models, concurrency = 4, onlyFailed = false } = options;
  const { unit: recipe } = await loadRecipes(models);
  const file = foldersOf(projectDir).store;
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  const input = { projectDir, cwd, paths, recipe, concurrency, onlyFailed };
  if (!exists) return (await prepareIngest(input)).plan;
  await using store = await openSqliteStore({ file });
  return (await prepareIngest({ ...input, store })).plan;
}
