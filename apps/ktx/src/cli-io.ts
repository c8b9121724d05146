import type { Readable, Writable } from "node:stream";
import { exitCodes } from "./exit-code.ts";
import type { UserCodeWatch } from "./supervise/user-code-watch.ts";

/** Everything that the command line program uses of its process. */
export interface CliIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** Fires when the user interrupts; its reason is an {@link Interruption}. */
  readonly signal: AbortSignal;
  /** Observes the running code of the user; absent where no supervisor watches it. */
  readonly userCode?: UserCodeWatch | undefined;
}

export type CliOutput = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Of a terminal of Node: reads its size now, and emits `resize` where it has changed. */
  readonly _refreshSize?: () => void;
};

/** The user, or the system, asked the program to end. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly exitCode: number;

  constructor(signal: string, exitCode: number) {
    super(`Interrupted by ${signal}.`);
    this.exitCode = exitCode;
  }
}

/** The exit code of a command that an interruption has ended early. */
export function interruptedCode({ reason }: AbortSignal): number {
  return reason instanceof Interruption ? reason.exitCode : exitCodes.interrupted;
}
