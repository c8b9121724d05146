import { CodexKtxLlmRuntime, defaultCodexModel } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { openProject } from "./read-project.ts";
import { type LlmFlags, resolveLlm } from "./resolve-llm.ts";

export interface ThreadsInput extends Omit<LlmFlags, "model"> {
  readonly projectDir?: string | undefined;
}

/** The conversations on disk; the object that `ktx threads --json` prints. Times are ISO texts. */
export interface ThreadsReport {
  readonly version: 1;
  readonly threads: readonly {
    readonly id: string;
    readonly firstPrompt: string;
    readonly model: string | null;
    readonly createdAt: string;
    readonly updatedAt: string;
  }[];
}

/** The object that `ktx threads delete --json` prints. */
export interface DeletedThreadsReport {
  readonly version: 1;
  readonly deleted: readonly string[];
}

type ThreadsIo = Pick<CliIo, "cwd" | "env" | "signal">;

export async function listThreads(input: ThreadsInput, io: ThreadsIo): Promise<ThreadsReport> {
  await using runtime = await openRuntime(input, io);
  const threads = await runtime.threads.list({ abortSignal: io.signal });
  return {
    version: 1,
    threads: threads.map(({ id, firstPrompt, model, createdAt, updatedAt }) => ({
      id,
      firstPrompt,
      model: model ?? null,
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    })),
  };
}

/** Deletes them one after the other. @throws {CodexError} `thread-unavailable` for the first that cannot be deleted. */
export async function deleteThreads(
  { ids, ...input }: ThreadsInput & { readonly ids: readonly string[] },
  io: ThreadsIo,
): Promise<DeletedThreadsReport> {
  await using runtime = await openRuntime(input, io);
  for (const id of ids) await runtime.threads.delete(id, { abortSignal: io.signal });
  return { version: 1, deleted: ids };
}

/** No turn runs, so any model will do. */
async function openRuntime(input: ThreadsInput, io: ThreadsIo): Promise<CodexKtxLlmRuntime> {
  const project = await openProject(input.projectDir, io);
  const flags = { ...input, model: defaultCodexModel };
  const llm = resolveLlm({ project, flags, env: io.env, command: "ktx threads" });
  return new CodexKtxLlmRuntime({
    ...llm,
    isolation: "strict",
    projectDir: project.discovery.directory,
    onWarning: () => {},
  });
}
