import { execFile } from "node:child_process";
import { join } from "node:path";
import { cacheFolder, childEnvironment, makeFolder } from "@ktx/codex-home";

export interface CodexCommand {
  readonly codexPath: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface CodexCommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Each of these commands answers in well under a second, without the network. */
const timeoutMs = 10_000;

/** Runs one short command of Codex. Rejects when it cannot be started, takes too long, or is aborted. */
export function runCodexCommand(command: CodexCommand): Promise<CodexCommandResult> {
  const { codexPath, args, env, signal } = command;
  signal?.throwIfAborted();
  const options = { env, signal, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(codexPath, args, options, (error, stdout, stderr) => {
      if (signal?.aborted === true) reject(signal.reason);
      else if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
      else if (error.killed === true)
        reject(new Error(`no answer within ${timeoutMs / 1000} s`, { cause: error }));
      else reject(error);
    });
  });
}

/** An environment for a command that does not depend on the sign-in, with a Codex home of its own. */
export async function signedOutEnvironment(
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const codexHome = join(cacheFolder(env, process.platform), "inspect");
  await makeFolder(codexHome);
  return childEnvironment({ env, platform: process.platform, add: { CODEX_HOME: codexHome } });
}

/** The reason why a command could not run, as a short phrase without its arguments. */
export function describeCommandError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const folder = folderOf(error);
  if (folder !== undefined)
    return `the folder ${folder} cannot be made (${error.message.split(",", 1)[0]})`;
  const code = "code" in error ? String(error.code) : undefined;
  return code === undefined ? error.message : (spawnErrors[code] ?? `system error ${code}`);
}

/** The folder that could not be made, where that is the error. */
export function folderOf(error: unknown): string | undefined {
  const isMade = error instanceof Error && "syscall" in error && error.syscall === "mkdir";
  return isMade && "path" in error && typeof error.path === "string" ? error.path : undefined;
}

const spawnErrors: Readonly<Record<string, string>> = {
  ENOENT: "the file does not exist",
  EACCES: "it is not executable",
  ENOEXEC: "it is not a program for this system",
  EISDIR: "it is a folder",
};
