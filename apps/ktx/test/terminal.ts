import { stripVTControlCharacters } from "node:util";
import { spawn } from "@lydell/node-pty";
import { screenOf } from "./screen-of.ts";
import { bin, type Sandbox, sourceOptions } from "./spawn-ktx.ts";

/** The command line program in a terminal of 80 columns, as a person sits in front of it. */
export interface TerminalSession {
  /** Settles when this has been shown since the last key was pressed. */
  readonly seen: (text: string) => Promise<void>;
  readonly press: (...keys: readonly string[]) => void;
  /** All that was shown so far, without control sequences. */
  readonly shown: () => string;
  /** The lines that the terminal shows, what was overwritten left out. */
  readonly screen: () => string;
  readonly exitCode: Promise<number>;
  /** Closes it, as a person closes its window. */
  readonly close: () => void;
}

export const keys = {
  enter: "\r",
  down: "\u001b[B",
  up: "\u001b[A",
  escape: "\u001b",
  backspace: "\u007f",
  /** Ctrl-U. */
  eraseLine: "\u0015",
  interrupt: "\u0003",
  endOfInput: "\u0004",
} as const;

/** How long to wait for something to be shown before the test fails with what was shown instead. */
const patienceMs = 60_000;

export interface TerminalOptions {
  /** @default that of `ktx` */
  readonly program?: string;
  /** A shell script in which `"$@"` is the command. @default the command alone, without a shell */
  readonly shell?: string;
}

export function openTerminal(
  { project, env }: Pick<Sandbox, "project" | "env">,
  args: readonly string[],
  { program = bin, shell }: TerminalOptions = {},
): TerminalSession {
  const command = [process.execPath, ...sourceOptions, program, ...args];
  const [first = "", ...rest] =
    shell === undefined ? command : ["bash", "-c", shell, "bash", ...command];
  const terminal = spawn(first, rest, {
    cols: 80,
    rows: 50,
    cwd: project,
    env: { ...env, TERM: "xterm-256color" },
  });
  let raw = "";
  let mark = 0;
  const listeners = new Set<() => void>();
  terminal.onData((chunk) => {
    raw += chunk;
    for (const listener of listeners) listener();
  });
  const exitCode = new Promise<number>((resolve) =>
    terminal.onExit((exit) => resolve(exit.exitCode)),
  );
  return {
    press: (...pressed) => {
      mark = raw.length;
      for (const key of pressed) terminal.write(key);
    },
    seen: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`never saw "${text}" but:\n${stripVTControlCharacters(raw)}`));
        }, patienceMs);
        const look = (): void => {
          if (!stripVTControlCharacters(raw.slice(mark)).includes(text)) return;
          listeners.delete(look);
          clearTimeout(timer);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    shown: () => stripVTControlCharacters(raw),
    screen: () => screenOf(raw),
    exitCode,
    close: () => {
      // Not among its types.
      if (!("destroy" in terminal && typeof terminal.destroy === "function"))
        throw new Error("The terminal cannot be closed.");
      terminal.destroy();
    },
  };
}
