import type { CliIo } from "../cli-io.ts";

/** True where a person reads the advice of a command and can answer questions. Pure. */
export function asksPerson({ stdin, stderr }: Pick<CliIo, "stdin" | "stderr">): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
