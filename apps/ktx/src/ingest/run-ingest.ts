import { hostname } from "node:os";
import { CodexKtxLlmRuntime, defaultCodexModel } from "@ktx/codex-runtime";
import {
  ingest,
  type IngestEvent,
  type IngestModels,
  type IngestOptions,
  type IngestPlan,
  type IngestReport,
  previewIngest,
} from "@ktx/ingest";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { asksPerson } from "../project/asks-person.ts";
import { checkEffort } from "../project/check-effort.ts";
import { openProject } from "../project/read-project.ts";
import { findModels, type LlmFlags, type LlmOptions, resolveLlm } from "../project/resolve-llm.ts";
import { findStorePlace } from "../store/find-store-place.ts";
import { explainStoreError, openSharedStore } from "../store/open-shared-store.ts";
import { commitPages } from "./commit-pages.ts";
import { explainIngestError } from "./explain-ingest.ts";

export interface IngestInput extends LlmFlags {
  readonly paths: readonly string[];
  readonly concurrency: number;
  readonly steps: number;
  readonly tokenBudget?: number | undefined;
  readonly applyPartial: boolean;
  readonly onlyFailed: boolean;
  /** Sources that are gone are gone for good, also with their folders. */
  readonly gone: boolean;
  /** Makes a Git commit of the pages. */
  readonly commit: boolean;
  /** Minutes that the run may wait for the account's limits. */
  readonly wait: number;
  readonly projectDir?: string | undefined;
  readonly onEvent: (event: IngestEvent) => void;
  readonly onWarning: (message: string) => void;
}

/** An ingest whose units workers may run. */
export interface SharedIngestInput extends IngestInput {
  /** The value of `--store`. @default batch.store of ktx.yaml, else this process runs the units itself */
  readonly store?: string | undefined;
  /** The sign-ins that share the units. @default one for all */
  readonly groups?: readonly string[] | undefined;
  /** Called where workers are to run the units, with the value of `--store` that one needs, and the groups. */
  readonly onWorkersNeeded: (store: string, groups: readonly string[]) => void;
  /** True where the user has given `--concurrency`, which workers have of their own. */
  readonly isConcurrencyGiven?: boolean | undefined;
}

/** The report of the packages, and the commit where one was made. */
export type IngestResult = IngestReport & { readonly commit?: string };

/** The same, on the store of `--store` or ktx.yaml where there is one. */
export async function runSharedIngest(
  input: SharedIngestInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<IngestResult> {
  const { groups } = input;
  const project = await openProject(input.projectDir, io);
  const place = await findStorePlace({ store: input.store, project }, io);
  if (place === undefined) {
    if (groups === undefined) return await runIngest(input, io);
    throw usageError("Expected --groups together with a store that workers share.", {
      next: "Name it with --store DATABASE_URL, or leave --groups out.",
    });
  }
  if (input.tokenBudget !== undefined)
    throw usageError("Expected no --token-budget together with a shared store.", {
      why: "Workers run the units, and each has a budget of its own.",
      next: "Give it to each worker: ktx worker --token-budget.",
    });
  if (input.isConcurrencyGiven === true)
    input.onWarning(
      "--concurrency changes the estimate alone: each worker has one of its own, as in ktx worker --concurrency 8.",
    );
  try {
    await using store = await openSharedStore(place, {
      onWait: input.onWarning,
      signal: io.signal,
    });
    input.onWorkersNeeded(place.kind === "file" ? place.file : place.name, groups ?? []);
    const name = `ktx ingest on ${hostname()} ${process.pid}`;
    const workers = { name, ...(groups !== undefined && { groups }) };
    return await runIngest(input, io, { store, workers });
  } catch (error) {
    throw explainStoreError(error, io.signal);
  }
}

/** Reads sources into the project's wiki. */
export async function runIngest(
  input: IngestInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
  shared: Pick<IngestOptions, "store" | "workers"> = {},
): Promise<IngestResult> {
  const { projectDir, llm, models } = await prepare(input, io);
  await checkPaths(input, projectDir, models, io);
  await using runtime = new CodexKtxLlmRuntime({
    ...llm,
    projectDir,
    onWarning: ({ message }) => input.onWarning(message),
  });
  const report = await ingest({
    projectDir,
    cwd: io.cwd,
    paths: input.paths,
    runtime,
    models,
    concurrency: input.concurrency,
    stepBudget: input.steps,
    applyPartial: input.applyPartial,
    onlyFailed: input.onlyFailed,
    gone: input.gone,
    rateLimits: { maxWaitMs: input.wait * 60_000 },
    signal: io.signal,
    onEvent: input.onEvent,
    ...shared,
    ...(input.tokenBudget !== undefined && { tokenBudget: input.tokenBudget }),
  }).catch((error: unknown) => {
    throw explainIngestError(error);
  });
  const { created, changed, removed } = report.pages;
  const pages = [...created, ...changed, ...removed];
  if (!input.commit || report.apply === undefined || pages.length === 0) return report;
  const commit = await commitPages({ projectDir, pages, apply: report.apply });
  if (commit.ok) return { ...report, commit: commit.id };
  input.onWarning(`The wiki has changed, but Git made no commit: ${commit.reason}`);
  return report;
}

/** The plan of the same run. It asks no model and changes nothing. */
export async function planIngest(
  input: Pick<
    IngestInput,
    "paths" | "concurrency" | "onlyFailed" | "gone" | "projectDir" | keyof LlmFlags
  >,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<IngestPlan> {
  const project = await openProject(input.projectDir, io);
  // The keys of units depend on the model, so that a plan without one is that of the default model.
  const modelSlots = findModels({ project, flags: input }) ?? { default: defaultCodexModel };
  return await checkPaths(input, project.discovery.directory, modelsOf({ modelSlots }), io);
}

async function prepare(
  input: Pick<IngestInput, "projectDir" | keyof LlmFlags>,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<{
  readonly projectDir: string;
  readonly llm: LlmOptions;
  readonly models: IngestModels;
}> {
  const project = await openProject(input.projectDir, io);
  const llm = resolveLlm({
    project,
    flags: input,
    env: io.env,
    command: "ktx ingest",
    isInteractive: asksPerson(io),
  });
  const models = modelsOf(llm);
  await checkEffort({ models: Object.values(models), ...llm, signal: io.signal });
  return {
    projectDir: project.discovery.directory,
    llm: { ...llm, modelSlots: { ...llm.modelSlots, ...models } },
    models,
  };
}

/** The models of the roles of an ingest. */
export function modelsOf({ modelSlots: slots }: Pick<LlmOptions, "modelSlots">): IngestModels {
  return {
    extract: slots["extract"] ?? slots["candidateExtraction"] ?? slots.default,
    reconcile: slots["reconcile"] ?? slots.default,
  };
}

/** @throws {CliError} where the arguments name nothing that there is or was. */
async function checkPaths(
  {
    paths,
    concurrency,
    onlyFailed,
    gone,
  }: Pick<IngestInput, "paths" | "concurrency" | "onlyFailed" | "gone">,
  projectDir: string,
  models: IngestModels,
  { cwd }: Pick<CliIo, "cwd">,
): Promise<IngestPlan> {
  const asked = { projectDir, cwd, paths, models, concurrency, onlyFailed, gone };
  const plan = await previewIngest(asked).catch((error: unknown) => {
    throw explainIngestError(error);
  });
  const { units, unchanged, evicted, skipped } = plan;
  if (units.length + unchanged.length + evicted.length > 0) return plan;
  throw usageError(`Expected files to read, got none from ${paths.join(" ")}.`, {
    why: skipped
      .slice(0, 10)
      .map(({ path, reason }) => `${path}: ${reason}`)
      .join("\n"),
    next: "Name files, folders or globs with documents, such as ktx ingest docs.",
  });
}
