import { pathToFileURL } from "node:url";
import { CliError, usageError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";
import { importAdvice } from "./import-advice.ts";
import { lendPackages } from "./lend-packages.ts";
import { defaultLimitMs, type UserCodeWatch } from "../supervise/user-code-watch.ts";

export interface ImportModuleInput {
  readonly file: string;
  /** The module's kind in the error, as in `tools module`. */
  readonly what: string;
  /** Milliseconds that it may take to load. @default as long as a run */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly userCode?: UserCodeWatch | undefined;
}

/**
 * The exports of a user's TypeScript or JavaScript module. It finds `zod` and the packages of ktx without an installation
 * of its own.
 *
 * @throws {CliError} for a module that throws, cannot be read, or does not load in time; the signal's
 * reason, also while the module is still loading.
 */
export async function importModule({
  file,
  what,
  timeoutMs = defaultLimitMs,
  signal,
  userCode,
}: ImportModuleInput): Promise<Readonly<Record<string, unknown>>> {
  signal.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const late = tooLate(what, file, timeoutMs);
  // The timer also keeps the process alive: a module that waits for ever does not.
  const timer = setTimeout(() => reject(late), Math.min(timeoutMs, longestTimerMs));
  const code = { kind: "module", name: `${what} ${file}` } as const;
  userCode?.limit(timeoutMs);
  userCode?.begin(code);
  lendPackages();
  const loading: Promise<Readonly<Record<string, unknown>>> = import(pathToFileURL(file).href);
  try {
    return await Promise.race([loading, ended]);
  } catch (error) {
    signal.throwIfAborted();
    if (error === late) throw error;
    throw usageError(
      `The ${what} ${file} could not be loaded.`,
      {
        why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        next: importAdvice(error, file),
      },
      { cause: error },
    );
  } finally {
    userCode?.end(code);
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A longer timer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

function tooLate(what: string, file: string, timeoutMs: number): CliError {
  return new CliError({
    what: `Stopped: the ${what} ${file} did not load within ${timeoutMs / 1_000} s.`,
    why: "Its top-level code awaits something that has not settled.",
    next: "Raise --timeout, or await less at the top level of the module.",
    exitCode: exitCodes.stopped,
  });
}
