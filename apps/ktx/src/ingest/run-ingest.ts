import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import {
  ingest,
  type IngestEvent,
  type IngestModels,
  type IngestPlan,
  type IngestReport,
  previewIngest,
  ProjectBusyError,
} from "@ktx/ingest";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";
import { type LlmFlags, type LlmOptions, resolveLlm } from "../project/resolve-llm.ts";
import { commitPages } from "./commit-pages.ts";

export interface IngestInput extends LlmFlags {
  readonly paths: readonly string[];
  readonly concurrency: number;
  readonly steps: number;
  readonly tokenBudget?: number | undefined;
  readonly applyPartial: boolean;
  readonly onlyFailed: boolean;
  /** Makes a Git commit of the pages. */
  readonly commit: boolean;
  /** Minutes that the run may wait for the account's limits. */
  readonly wait: number;
  readonly projectDir?: string | undefined;
  readonly onEvent: (event: IngestEvent) => void;
  readonly onWarning: (message: string) => void;
}

/** The report of the packages, and the commit where one was made. */
export type IngestResult = IngestReport & { readonly commit?: string };

/** Reads sources into the project's wiki. */
export async function runIngest(
  input: IngestInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
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
    rateLimits: { maxWaitMs: input.wait * 60_000 },
    signal: io.signal,
    onEvent: input.onEvent,
    ...(input.tokenBudget !== undefined && { tokenBudget: input.tokenBudget }),
  }).catch((error: unknown) => {
    throw explain(error);
  });
  if (!input.commit || report.apply === undefined) return report;
  const { created, changed, removed } = report.pages;
  const pages = [...created, ...changed, ...removed];
  const commit = await commitPages({ projectDir, pages, apply: report.apply });
  if (commit.ok) return { ...report, commit: commit.id };
  input.onWarning(`The wiki has changed, but Git made no commit: ${commit.reason}`);
  return report;
}

/** The plan of the same run. It asks no model and changes nothing. */
export async function planIngest(
  input: Pick<IngestInput, "paths" | "concurrency" | "projectDir" | keyof LlmFlags>,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<IngestPlan> {
  const { projectDir, models } = await prepare(input, io);
  return await checkPaths(input, projectDir, models, io);
}

async function prepare(
  input: Pick<IngestInput, "projectDir" | keyof LlmFlags>,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<{
  readonly projectDir: string;
  readonly llm: LlmOptions;
  readonly models: IngestModels;
}> {
  const project = await openProject(input.projectDir, io);
  const llm = resolveLlm({ project, flags: input, env: io.env, command: "ktx ingest" });
  const { modelSlots: slots } = llm;
  const models = {
    extract: slots["extract"] ?? slots["candidateExtraction"] ?? slots.default,
    reconcile: slots["reconcile"] ?? slots.default,
  };
  return {
    projectDir: project.discovery.directory,
    llm: { ...llm, modelSlots: { ...slots, ...models } },
    models,
  };
}

/** @throws {CliError} where the arguments name nothing that there is or was. */
async function checkPaths(
  { paths, concurrency }: Pick<IngestInput, "paths" | "concurrency">,
  projectDir: string,
  models: IngestModels,
  { cwd }: Pick<CliIo, "cwd">,
): Promise<IngestPlan> {
  const plan = await previewIngest({ projectDir, cwd, paths, models, concurrency });
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

function explain(error: unknown): unknown {
  if (error instanceof ProjectBusyError)
    return new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const next = nextSteps[code];
  if (!(error instanceof Error) || next === undefined) return error;
  const what = `The state of the ingest could not be written: ${error.message}`;
  return new CliError({ what, next, exitCode: exitCodes.failed }, { cause: error });
}

const again = "then run the command again: it goes on from there.";
const nextSteps: Readonly<Record<string, string>> = {
  ENOSPC: `Free some space, ${again}`,
  EDQUOT: `Free some space, ${again}`,
  EACCES: `Correct the permissions of .ktx and wiki, ${again}`,
  EPERM: `Correct the permissions of .ktx and wiki, ${again}`,
  EROFS: `Make the project's folder writable, ${again}`,
};
