import { pathToFileURL } from "node:url";
import { usageError } from "../cli-error.ts";

/**
 * The exports of a user's TypeScript or JavaScript module.
 *
 * @param what names the module in the error, as in `tools module`.
 * @throws {CliError} for a module that throws or can not be read; the signal's reason, also while the
 * module is still loading.
 */
export async function importModule(
  file: string,
  what: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const loading: Promise<Readonly<Record<string, unknown>>> = import(pathToFileURL(file).href);
  try {
    return await Promise.race([loading, aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw usageError(
      `The ${what} ${file} could not be loaded.`,
      {
        why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        next: "Try it with `node` alone. TypeScript runs as it is, without enums, namespaces and parameter properties.",
      },
      { cause: error },
    );
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
