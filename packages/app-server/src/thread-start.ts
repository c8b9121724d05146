import type { AppServer, OpenedThread } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";
import type { OnRequest } from "./thread-routes.ts";
import { UnfitAppServerError } from "./unfit-app-server-error.ts";

export interface ThreadStart {
  readonly model: string;
  readonly workingDirectory: string;
  /** Configuration of the thread alone. It travels on standard input, so a token may be in it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Replaces Codex's own base instructions, which are 21 KB long. */
  readonly baseInstructions?: string;
  /** Text that the model reads as a developer message. */
  readonly developerInstructions?: string;
  /** Tools that Codex calls by a request (`item/tool/call`): `{ name, description, inputSchema }` (0.163.0). */
  readonly dynamicTools?: readonly object[];
  /** True for a thread whose messages give each response of the model by itself (0.163.0). @default false */
  readonly experimentalRawEvents?: boolean;
  /** True for a thread that stays on disk, where the process keeps its threads there. @default false */
  readonly keep?: boolean;
  /** True for a thread without the machine: no shell, no files, no instructions of the user. */
  readonly isolated: boolean;
}

/**
 * Starts a thread, which the process keeps only in its memory, unless it is to be kept.
 *
 * @param onRequest Answers the requests of Codex for the thread.
 * @throws the errors of `AppServer.openThread`; `UnfitAppServerError` if the thread differs from the request.
 */
export async function startThread(
  server: AppServer,
  start: ThreadStart,
  onRequest: OnRequest,
): Promise<OpenedThread> {
  const { workingDirectory, isolated, keep = false, ...params } = start;
  const thread = await server.openThread(
    "thread/start",
    {
      ...params,
      cwd: workingDirectory,
      ephemeral: !keep,
      // The other mode lets forks refer to the file of their origin, which can then not be deleted.
      ...(keep && { historyMode: "legacy" }),
      sandbox: "read-only",
      approvalPolicy: "never",
      ...(isolated && { environments: [] }),
    },
    { timeoutMs: threadStartTimeoutMs, onRequest },
  );
  const unfit = findUnfit(thread.answer, { isolated, keep });
  if (unfit === undefined) return thread;
  server.closeThread(thread.id);
  server.releaseThread(thread.id);
  throw new UnfitAppServerError(unfit);
}

/**
 * Codex answers once the required MCP servers are ready; it gives each of them 30 s (measured on 0.163.0), and in
 * host isolation the user may have set a longer time.
 */
export const threadStartTimeoutMs = 120_000;

/** Codex ignores a parameter that it does not know, so its answer shows what it did (0.163.0). */
function findUnfit(
  answer: unknown,
  { isolated, keep }: { readonly isolated: boolean; readonly keep: boolean },
): string | undefined {
  const thread = fieldOf(answer, "thread");
  const isKept = fieldOf(thread, "ephemeral") !== true;
  if (isKept !== keep)
    return keep ? "it does not keep threads on disk" : "it writes its threads to disk";
  const sources = fieldOf(answer, "instructionSources");
  if (isolated && Array.isArray(sources) && sources.length > 0)
    return "it reads instructions of the user";
  const environments = fieldOf(thread, "environments");
  if (isolated && Array.isArray(environments) && environments.length > 0)
    return "it gives its threads a machine";
  return undefined;
}
