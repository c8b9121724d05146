import { holdsThreads } from "@ktx/codex-home";
import { CodexKtxLlmRuntime, defaultCodexModel, findRunEnd } from "@ktx/codex-runtime";
import { nextStep } from "../advice/next-step.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { looksLikeId } from "../threads/parse-thread-name.ts";
import {
  forgetThreads,
  listThreadNames,
  type NamePlace,
  namePlaceOf,
  readThreadName,
  removeThreadName,
} from "../threads/thread-names.ts";
import { openProject } from "./read-project.ts";
import { type LlmFlags, type LlmOptions, resolveLlm } from "./resolve-llm.ts";

export interface ThreadsInput extends Omit<LlmFlags, "model"> {
  readonly projectDir?: string | undefined;
}

/** The conversations on disk; the object that `ktx threads --json` prints. Times are ISO texts. */
export interface ThreadsReport {
  readonly version: 1;
  /** The folder of the project whose names `ktx run --thread` takes here. */
  readonly project: string;
  readonly threads: readonly {
    readonly id: string;
    /** The name for `ktx run --thread`, and the project in which it has that name; absent without a name. */
    readonly name?: string;
    readonly project?: string;
    readonly firstPrompt: string;
    readonly model: string | null;
    readonly createdAt: string;
    readonly updatedAt: string;
  }[];
}

/** The object that `ktx threads delete --json` prints: the ids, and the names that have no thread. */
export interface DeletedThreadsReport {
  readonly version: 1;
  readonly deleted: readonly string[];
}

type ThreadsIo = Pick<CliIo, "cwd" | "env" | "signal">;

export async function listThreads(input: ThreadsInput, io: ThreadsIo): Promise<ThreadsReport> {
  await using opened = await openStore(input, io);
  const { names } = opened;
  const [threads, named] = await Promise.all([listStored(opened, io), listThreadNames(names.root)]);
  return {
    version: 1,
    project: names.project,
    threads: threads.map(({ id, firstPrompt, model, createdAt, updatedAt }) => {
      const { name, project } = named.find((one) => one.id === id) ?? {};
      return {
        id,
        ...(name !== undefined && project !== undefined && { name, project }),
        firstPrompt,
        model: model ?? null,
        createdAt: createdAt.toISOString(),
        updatedAt: updatedAt.toISOString(),
      };
    }),
  };
}

/** Codex lists threads only with the sign-in that they belong to. Without one, none on disk is still an answer. */
async function listStored(
  { runtime, llm: { endpoint, scene, env } }: OpenStore,
  { signal }: ThreadsIo,
): ReturnType<OpenStore["runtime"]["threads"]["list"]> {
  try {
    return await runtime.threads.list({ abortSignal: signal });
  } catch (error) {
    const end = findRunEnd(error);
    if (end?.type !== "failed" || end.failure.kind !== "auth" || endpoint !== undefined)
      throw error;
    if (!(await holdsThreads({ env, platform: process.platform, usesAccount: true }))) return [];
    throw new CliError(
      {
        what: "The conversations on disk belong to a sign-in, and are listed with it.",
        why: end.failure.facts ?? end.failure.message,
        next: nextStep(end.failure, scene),
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}

/** The names of this project's conversations, without starting Codex. */
export async function listNamesOf(input: ThreadsInput, io: ThreadsIo): Promise<readonly string[]> {
  const { names } = await findStore(input, io);
  const named = await listThreadNames(names.folder);
  return named.map(({ name }) => name).toSorted();
}

/**
 * Deletes them one after the other, with their names.
 *
 * @param ids ids, or names of this project.
 * @throws {CliError} for a name that no thread has; {CodexError} `thread-unavailable` for the first that cannot be deleted.
 */
export async function deleteThreads(
  { ids, ...input }: ThreadsInput & { readonly ids: readonly string[] },
  io: ThreadsIo,
): Promise<DeletedThreadsReport> {
  await using opened = await openStore(input, io);
  const { runtime, names } = opened;
  const wanted = await Promise.all(ids.map((given) => find(given, names)));
  const deleted: string[] = [];
  for (const { id, name } of wanted) {
    if (id !== undefined) await deleteOne(runtime, { id, isNamed: name !== undefined }, io);
    if (id !== undefined) await forgetThreads(names.root, [id]);
    else if (name !== undefined) await removeThreadName(names, name);
    deleted.push(id ?? name ?? "");
  }
  return { version: 1, deleted };
}

/** A thread to delete; without an id where the file of the name is damaged. */
async function find(
  given: string,
  names: NamePlace,
): Promise<{ readonly id?: string; readonly name?: string }> {
  if (looksLikeId(given)) return { id: given };
  const named = await readThreadName(names, given);
  if (named === "damaged") return { name: given };
  if (named !== undefined) return { id: named.id, name: given };
  throw usageError(`Expected the id or the name of a conversation, got ${JSON.stringify(given)}.`, {
    next: "Look up both with `ktx threads`.",
  });
}

/** A name may have outlived its thread. */
async function deleteOne(
  { threads }: CodexKtxLlmRuntime,
  { id, isNamed }: { readonly id: string; readonly isNamed: boolean },
  { signal }: ThreadsIo,
): Promise<void> {
  try {
    await threads.delete(id, { abortSignal: signal });
  } catch (error) {
    const end = findRunEnd(error);
    const isGone =
      end?.type === "failed" &&
      end.failure.kind === "thread-unavailable" &&
      end.failure.problem === "unknown";
    if (!isGone || !isNamed) throw error;
  }
}

interface OpenStore extends AsyncDisposable {
  readonly llm: LlmOptions;
  readonly runtime: CodexKtxLlmRuntime;
  readonly names: NamePlace;
}

async function openStore(input: ThreadsInput, io: ThreadsIo): Promise<OpenStore> {
  const { llm, names } = await findStore(input, io);
  const runtime = new CodexKtxLlmRuntime({
    ...llm,
    isolation: "strict",
    projectDir: names.project,
    onWarning: () => {},
  });
  return { llm, runtime, names, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() };
}

/** No turn runs, so any model will do. */
async function findStore(
  input: ThreadsInput,
  io: ThreadsIo,
): Promise<{ readonly llm: LlmOptions; readonly names: NamePlace }> {
  const project = await openProject(input.projectDir, io);
  const flags = { ...input, model: defaultCodexModel };
  const llm = resolveLlm({
    project,
    flags,
    env: io.env,
    command: "ktx threads",
    isInteractive: false,
  });
  return { llm, names: namePlaceOf(project.discovery.directory, llm) };
}
