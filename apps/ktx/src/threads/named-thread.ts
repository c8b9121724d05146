import type { LlmThread } from "@ktx/codex-runtime";
import type { PreparedRun, RunInput } from "../agent/prepare-run.ts";
import type { RunObserver } from "../agent/run-observer.ts";
import { usageError } from "../cli-error.ts";
import {
  addThreadName,
  hashOf,
  openNamePlace,
  readThreadName,
  type ThreadName,
} from "./thread-names.ts";

interface NamedThreadInput {
  readonly name: string;
  readonly system: string | undefined;
  readonly observer: Pick<RunObserver, "onWarning">;
}

/** The thread of `ktx run --thread`. Disposing it closes the thread. */
export interface NamedThread extends AsyncDisposable {
  readonly thread: LlmThread;
  /**
   * Gives the name to a thread that this run has begun. Nothing of one in which the model said nothing is kept.
   *
   * @returns undefined where the thread is not kept under the name; a warning has said why.
   */
  readonly keep: (end: { readonly hasSaid: boolean }) => Promise<KeptName | undefined>;
}

/** A thread that is kept under a name. */
export type KeptName = Pick<ThreadName, "id" | "name">;

/** The thread of a run with --thread; undefined without one. */
export async function openNamed(
  run: PreparedRun,
  { thread: name, system, observer }: Pick<RunInput, "thread" | "system" | "observer">,
): Promise<NamedThread | undefined> {
  return name === undefined ? undefined : openNamedThread(run, { name, system, observer });
}

/** The result of a turn. One that the user interrupts leaves the thread with its name, to go on later. */
export async function keptOnAbort<Result>(
  named: NamedThread,
  turn: Promise<Result>,
): Promise<Result> {
  try {
    return await turn;
  } catch (error) {
    await named.keep({ hasSaid: true });
    throw error;
  }
}

/** @throws {CliError} where this project keeps no threads, or the file of the name is damaged. */
async function openNamedThread(
  run: PreparedRun,
  { name, system = "", observer }: NamedThreadInput,
): Promise<NamedThread> {
  if (!run.keepsThreads)
    throw usageError("Expected --thread in a project with `isolation: strict`, got `host`.", {
      why: "With `host`, Codex would put the thread into your own list.",
      next: "Leave out --thread, or set `isolation: strict` in ktx.yaml.",
    });
  const { names } = run;
  await openNamePlace(names);
  const known = await readThreadName(names, name);
  if (known === "damaged")
    throw usageError(`The file of the thread name ${JSON.stringify(name)} cannot be read.`, {
      next: `Remove the name with \`ktx threads delete\`, and run the command again.`,
    });
  if (known !== undefined) return resume(run, known, { system, observer });
  const { runtime, role, toolSet: tools, toolObserver } = run;
  const thread = runtime.openThread({
    role,
    ...(system !== "" && { system }),
    tools,
    toolObserver,
    persist: true,
  });
  const give = async (id: string): Promise<KeptName | undefined> => {
    if (await addThreadName(names, { name, id, system: hashOf(system) })) return { id, name };
    observer.onWarning(
      `Another run has begun the thread ${JSON.stringify(name)} at the same time. It keeps the name, and this conversation is deleted. Run the command again to continue the thread.`,
    );
    return undefined;
  };
  return {
    thread,
    keep: async ({ hasSaid }) => {
      const { id } = thread;
      if (id === undefined) return undefined;
      const kept = hasSaid ? await give(id) : undefined;
      if (kept === undefined) {
        await thread[Symbol.asyncDispose]();
        // It may not be on disk yet.
        await runtime.threads.delete(id).catch(() => {});
      }
      return kept;
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

function resume(
  { runtime, role, toolSet: tools, toolObserver }: PreparedRun,
  { id, name, system }: ThreadName,
  given: { readonly system: string } & Pick<NamedThreadInput, "observer">,
): NamedThread {
  if (given.system !== "" && hashOf(given.system) !== system)
    given.observer.onWarning(
      `The thread ${JSON.stringify(name)} keeps the system text that it began with; another --system has no effect.`,
    );
  const thread = runtime.resumeThread(id, { role, tools, toolObserver });
  return {
    thread,
    keep: () => Promise.resolve({ id, name }),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}
