import type { CliIo } from "../cli-io.ts";

/** In raw mode, each key arrives at once, and Ctrl-C is a key. Only a terminal has it; Node types it on `tty.ReadStream` alone. */
export function setRawMode(stdin: CliIo["stdin"], on: boolean): void {
  if ("setRawMode" in stdin && typeof stdin.setRawMode === "function") stdin.setRawMode(on);
}
