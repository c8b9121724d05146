import { hostname } from "node:os";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { workOnIngests, type WorkOnIngestsOptions } from "@ktx/ingest";
import type { WorkReport } from "@ktx/batch";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { nextOfBlocked } from "../ingest/explain-ingest.ts";
import { modelsOf } from "../ingest/run-ingest.ts";
import { asksPerson } from "../project/asks-person.ts";
import { checkEffort } from "../project/check-effort.ts";
import { openProject } from "../project/read-project.ts";
import { type LlmFlags, resolveLlm } from "../project/resolve-llm.ts";
import { findStorePlace } from "../store/find-store-place.ts";
import { explainStoreError, openSharedStore } from "../store/open-shared-store.ts";

export interface WorkerInput extends LlmFlags {
  /** The value of `--store`. @default batch.store of ktx.yaml */
  readonly store?: string | undefined;
  /** The sign-ins whose units it runs. @default all */
  readonly groups?: readonly string[] | undefined;
  readonly concurrency: number;
  /** Units of one group that run at once, over all machines. @default no bound */
  readonly groupConcurrency?: number | undefined;
  readonly tokenBudget?: number | undefined;
  /** Seconds after which the units of a worker that died are free for others. */
  readonly lease: number;
  /** Seconds without a unit that is left for it, after which it ends. @default it waits for more */
  readonly untilIdle?: number | undefined;
  readonly projectDir?: string | undefined;
  readonly onStart: () => void;
  readonly onEvent: NonNullable<WorkOnIngestsOptions["onEvent"]>;
  readonly onWarning: (message: string) => void;
  /** Called where open ingests have no unit of `groups`, with theirs. */
  readonly onUnusedGroups: (openGroups: readonly string[]) => void;
}

/** The report of the packages, with the fix where it has one. */
export type WorkerResult = WorkReport & { readonly next?: string };

/** Runs units of ingests that other machines plan and apply, until the user ends it. */
export async function runWorker(
  input: WorkerInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<WorkerResult> {
  const project = await openProject(input.projectDir, io);
  const place = await findStorePlace({ store: input.store, project }, io);
  if (place === undefined)
    throw usageError("Expected a store whose units to run, got none.", {
      next: "Name it with --store DATABASE_URL, or as batch.store in ktx.yaml.",
    });
  const llm = resolveLlm({
    project,
    flags: input,
    env: io.env,
    command: "ktx worker",
    isInteractive: asksPerson(io),
  });
  const models = modelsOf(llm);
  await checkEffort({ models: Object.values(models), ...llm, signal: io.signal });
  await using runtime = new CodexKtxLlmRuntime({
    ...llm,
    modelSlots: { ...llm.modelSlots, ...models },
    projectDir: project.discovery.directory,
    onWarning: ({ message }) => input.onWarning(message),
  });
  try {
    await using store = await openSharedStore(place, {
      onWait: input.onWarning,
      signal: io.signal,
    });
    input.onStart();
    const { tokenBudget, groups, groupConcurrency, untilIdle } = input;
    const report = await workOnIngests({
      store,
      name: `${hostname()} ${process.pid}`,
      runtime,
      models,
      concurrency: input.concurrency,
      leaseMs: input.lease * 1_000,
      signal: io.signal,
      onEvent: input.onEvent,
      onUnusedGroups: input.onUnusedGroups,
      ...(untilIdle !== undefined && { idleMs: untilIdle * 1_000 }),
      ...(groups !== undefined && { groups }),
      ...(groupConcurrency !== undefined && { groupConcurrency }),
      ...(tokenBudget !== undefined && { budget: { tokens: tokenBudget } }),
    });
    const { failure } = report;
    return failure === undefined ? report : { ...report, next: nextOfBlocked(failure) };
  } catch (error) {
    throw explainStoreError(error, io.signal);
  }
}
