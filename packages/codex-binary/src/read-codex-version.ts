import { access } from "node:fs/promises";
import { CodexNotFoundError } from "./codex-not-found-error.ts";
import { findCodex } from "./find-codex.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";
import {
  describeCommandError,
  folderOf,
  runCodexCommand,
  signedOutEnvironment,
} from "./run-codex-command.ts";

/** The Codex binary that a run would start. */
export type CodexBinary =
  /** `version`: the version that `codex --version` prints after the name; null for any other output. */
  | { readonly state: "found"; readonly path: string; readonly version: string | null }
  /** `searched`: the places and the missing files, as sentences. */
  | { readonly state: "not-found"; readonly searched: readonly string[] }
  /** `folder`: the one of Codex's files that cannot be made, where that is the reason. */
  | {
      readonly state: "not-executable";
      readonly path: string;
      readonly reason: string;
      readonly folder?: string;
    };

/** The range of Codex versions, both ends included, that ktx is tested with. */
export const testedCodexVersions: { readonly from: string; readonly to: string } = {
  from: "0.163.0",
  to: "0.171.0",
};

/** Finds the binary and asks it for its version; takes a few milliseconds. Rejects only on abort. */
export async function readCodexVersion(options: InspectCodexOptions = {}): Promise<CodexBinary> {
  const found = await findBinary(options);
  if (found.state !== "found") return found;
  const { path } = found;
  try {
    const { stdout, exitCode } = await runCodexCommand({
      codexPath: path,
      args: ["--version"],
      env: await signedOutEnvironment(options.env ?? process.env),
      ...(options.abortSignal && { signal: options.abortSignal }),
    });
    if (exitCode !== 0)
      return { state: "not-executable", path, reason: `it ends with exit code ${exitCode}` };
    return { state: "found", path, version: /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? null };
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    const folder = folderOf(error);
    const reason = describeCommandError(error);
    return { state: "not-executable", path, reason, ...(folder !== undefined && { folder }) };
  }
}

async function findBinary(options: InspectCodexOptions): Promise<CodexBinary> {
  try {
    const path = findCodex(options);
    await access(path);
    return { state: "found", path, version: null };
  } catch (error) {
    const reason =
      error instanceof CodexNotFoundError
        ? error.message
        : `There is no file ${options.codexPath ?? options.env?.["KTX_CODEX_PATH"]}.`;
    return { state: "not-found", searched: [reason] };
  }
}
