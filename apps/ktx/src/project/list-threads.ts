import { CodexKtxLlmRuntime, defaultCodexModel, findRunEnd } from "@ktx/codex-runtime";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { looksLikeId } from "../threads/parse-thread-name.ts";
import {
  forgetThreads,
  listThreadNames,
  type NamePlace,
  namePlaceOf,
  readThreadName,
  removeThreadName,
} from "../threads/thread-names.ts";
import { openProject, type Project } from "./read-project.ts";
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
  const { names, runtime } = opened;
  const [threads, named] = await Promise.all([
    runtime.threads.list({ abortSignal: io.signal }),
    listThreadNames(names.root),
  ]);
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
  return { runtime, names, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() };
}

/** No turn runs, so any model and any key will do. */
async function findStore(
  input: ThreadsInput,
  io: ThreadsIo,
): Promise<{ readonly llm: LlmOptions; readonly names: NamePlace }> {
  const project = await openProject(input.projectDir, io);
  const flags = { ...input, model: defaultCodexModel };
  const llm = resolveLlm({
    project,
    flags,
    env: { ...io.env, ...standInKeys([input.apiKeyEnv, keyOf(project)], io.env) },
    command: "ktx threads",
    isInteractive: false,
  });
  return { llm, names: namePlaceOf(project.discovery.directory, llm) };
}

/** The variable of the project's key. */
function keyOf({ reading }: Project): string | undefined {
  const llm = reading.config?.llm;
  const auth = llm?.backend === "codex" ? llm.codex.auth : undefined;
  return auth?.kind === "api-key" ? auth.apiKeyEnv : undefined;
}

/** A value for each key that is not set: its name alone decides which conversations are listed. */
function standInKeys(
  names: readonly (string | undefined)[],
  env: CliIo["env"],
): Readonly<Record<string, string>> {
  const missing = names.filter((name) => name !== undefined && !env[name]);
  return Object.fromEntries(missing.map((name) => [name, "no-turn-runs"]));
}
