import { resolve } from "node:path";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { scan, type ScanReport, UnreadableDatabaseError } from "@ktx/ingest";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { asksPerson } from "../project/asks-person.ts";
import { checkEffort } from "../project/check-effort.ts";
import { openProject } from "../project/read-project.ts";
import { resolveLlm } from "../project/resolve-llm.ts";
import { explainIngestError } from "./explain-ingest.ts";
import { noteOwnStore } from "./note-own-store.ts";
import type { IngestInput } from "./run-ingest.ts";

export interface ScanInput extends Omit<
  IngestInput,
  "paths" | "steps" | "applyPartial" | "commit" | "gone"
> {
  readonly file: string;
  readonly onNote: (message: string) => void;
}

/** Describes each table of a database on a page of its own. */
export async function runScan(
  input: ScanInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<ScanReport> {
  const project = await openProject(input.projectDir, io);
  const llm = resolveLlm({
    project,
    flags: input,
    env: io.env,
    command: "ktx scan",
    isInteractive: asksPerson(io),
  });
  const { modelSlots: slots } = llm;
  const model = slots["extract"] ?? slots["candidateExtraction"] ?? slots.default;
  await checkEffort({ models: [model], ...llm, signal: io.signal });
  noteOwnStore(project, "scan", input.onNote);
  const projectDir = project.discovery.directory;
  await using runtime = new CodexKtxLlmRuntime({
    ...llm,
    modelSlots: { ...slots, extract: model },
    projectDir,
    onWarning: ({ message }) => input.onWarning(message),
  });
  return await scan({
    projectDir,
    file: resolve(io.cwd, input.file),
    runtime,
    model,
    concurrency: input.concurrency,
    onlyFailed: input.onlyFailed,
    rateLimits: { maxWaitMs: input.wait * 60_000 },
    signal: io.signal,
    onEvent: input.onEvent,
    ...(input.tokenBudget !== undefined && { tokenBudget: input.tokenBudget }),
  }).catch((error: unknown) => {
    if (error instanceof UnreadableDatabaseError)
      throw usageError(error.message, {
        next: error.isLocked
          ? "Wait until the other program is done with it, then scan again."
          : "Name a file such as shop.db or schema.sql.",
      });
    throw explainIngestError(error);
  });
}
