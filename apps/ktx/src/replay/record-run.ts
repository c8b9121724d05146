import { closeSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Transport } from "@ktx/codex-runtime";
import { record } from "@ktx/recording";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";

/**
 * Makes the transport of a run one that writes its turns to a file, without the secrets of the environment and the
 * folders of this machine. A file that is no recording stays as it is.
 *
 * @throws {CliError} for such a file, and for one that cannot be written.
 */
export function recordingOf(
  path: string,
  {
    projectDir,
    apiKeyEnv,
  }: { readonly projectDir: string; readonly apiKeyEnv?: string | undefined },
  { cwd, env }: Pick<CliIo, "cwd" | "env">,
): (transport: Transport) => Transport {
  const file = resolve(cwd, path);
  const start = readStart(file);
  if (start !== "" && !start.startsWith('{"type":"recording"'))
    throw usageError(`Expected --record to name a new file or a recording, got ${path}.`, {
      why: "The file has other content, which would be lost.",
      next: "Name another file.",
    });
  return (transport) => {
    try {
      const folders = { home: env["HOME"] ?? homedir(), project: projectDir };
      const key = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
      const secrets = key === undefined ? [] : [key];
      return record(transport, file, { env, folders, secrets });
    } catch (error) {
      throw usageError(`Expected --record to name a file that can be written, got ${path}.`, {
        why: error instanceof Error ? error.message : String(error),
        next: "Name a file in a folder that exists.",
      });
    }
  };
}

/** The beginning of a file; empty for one that is empty or is not there. */
function readStart(file: string): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const start = Buffer.alloc(32);
      return start.toString("utf8", 0, readSync(descriptor, start));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}
