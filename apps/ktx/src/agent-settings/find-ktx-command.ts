import { access, constants } from "node:fs/promises";
import { delimiter, extname, join } from "node:path";
import type { CliIo } from "../cli-io.ts";

/** The beginning of a command line that starts ktx. */
export interface KtxCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** False where another program starts ktx only by its path on this machine. */
  readonly isOnPath: boolean;
}

/** `ktx` where a shell finds it; else this program by its path, as in a clone or in the packages of a project. */
export async function findKtxCommand(env: CliIo["env"]): Promise<KtxCommand> {
  const names = process.platform === "win32" ? ["ktx.cmd", "ktx.exe"] : ["ktx"];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((part) => part !== "");
  for (const folder of folders)
    for (const name of names)
      if (await isProgram(join(folder, name))) return { command: "ktx", args: [], isOnPath: true };
  const extension = extname(import.meta.filename);
  const bin = join(import.meta.dirname, `../bin${extension}`);
  // The source of a clone imports the source of its packages.
  const options = extension === ".ts" ? ["--conditions=@ktx/source"] : [];
  return { command: process.execPath, args: [...options, bin], isOnPath: false };
}

async function isProgram(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** True for a command line that `findKtxCommand` has begun, on whatever machine. Pure. */
export function startsKtxMcp(command: unknown, args: unknown): boolean {
  if (typeof command !== "string" || !Array.isArray(args)) return false;
  const parts: readonly unknown[] = [command, ...args];
  const program = parts[parts.indexOf("mcp") - 1];
  return typeof program === "string" && /^ktx$|ktx.*[\\/]bin\.[jt]s$/.test(program);
}
