import { spawn } from "@lydell/node-pty";
import headless, { type Terminal } from "@xterm/headless";
import { sourceOptions } from "../spawn-ktx.ts";

/** One line of a terminal, in the rows in which it stands there. */
export type ScreenLine = readonly string[];

/** A program in a pseudo-terminal, and what a person sees of it. */
export interface Screen {
  /** All lines, those that have scrolled away included, without the empty ones at the end. */
  readonly lines: () => readonly ScreenLine[];
  /** Settles when each of the texts stands in one line, or matches the whole screen, all of them at once. */
  readonly seen: (...texts: readonly (string | RegExp)[]) => Promise<void>;
  readonly press: (keys: string) => void;
  readonly resize: (columns: number) => Promise<void>;
  readonly exitCode: Promise<number>;
}

export interface ScreenOptions {
  readonly columns: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Node's options, the program's file, and its arguments. */
  readonly args: readonly string[];
  /** A file that the program reads instead of the terminal. */
  readonly stdin?: string | undefined;
}

/** A hang guard: how long to wait for a text. */
const patienceMs = 60_000;

export function openScreen({ columns, cwd, env, args, stdin }: ScreenOptions): Screen {
  const rows = 40;
  const screen = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 5_000,
    allowProposedApi: true,
  });
  const command = [process.execPath, ...sourceOptions, ...args];
  const [file = "", ...rest] =
    stdin === undefined ? command : ["sh", "-c", 'exec "$@" < "$0"', stdin, ...command];
  const program = spawn(file, rest, {
    cols: columns,
    rows,
    cwd,
    env: { ...env, TERM: "xterm-256color" },
  });
  let drawing = Promise.resolve();
  const listeners = new Set<() => void>();
  program.onData((chunk) => {
    drawing = new Promise((resolve) => {
      screen.write(chunk, () => {
        for (const listener of listeners) listener();
        resolve();
      });
    });
  });
  // What the program asks of the terminal, such as its size, is answered as a terminal does.
  screen.onData((answer) => program.write(answer));
  const exited = Promise.withResolvers<number>();
  program.onExit(({ exitCode }) => exited.resolve(exitCode));
  return {
    lines: () => readLines(screen),
    press: (keys) => program.write(keys),
    resize: async (next) => {
      await drawing;
      screen.resize(next, rows);
      program.resize(next, rows);
    },
    seen: (...texts) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          listeners.delete(look);
          clearTimeout(timer);
        };
        const look = (): void => {
          const lines = readLines(screen).map((line) => line.join(""));
          const isShown = (text: string | RegExp): boolean =>
            typeof text === "string"
              ? lines.some((line) => line.includes(text))
              : text.test(lines.join("\n"));
          if (!texts.every(isShown)) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          reject(
            new Error(
              `never saw ${texts.join(" and ")} but:\n${readLines(screen).flat().join("\n")}`,
            ),
          );
        }, patienceMs);
        listeners.add(look);
        look();
      }),
    exitCode: exited.promise.then(async (exitCode) => {
      await drawing;
      return exitCode;
    }),
  };
}

function readLines({ buffer }: Terminal): readonly ScreenLine[] {
  const lines: string[][] = [];
  for (let row = 0; row < buffer.active.length; row += 1) {
    const line = buffer.active.getLine(row);
    const text = line?.translateToString(true) ?? "";
    if (line?.isWrapped === true) lines.at(-1)?.push(text);
    else lines.push([text]);
  }
  const last = lines.findLastIndex((line) => line.join("") !== "");
  return lines.slice(0, last + 1);
}
