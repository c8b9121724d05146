/** A signal that ends the program. */
export type EndingSignal =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGQUIT"
  | "SIGUSR2"
  | "SIGALRM"
  | "SIGXCPU";

/**
 * The exit codes that shells expect: 128 and the signal's number. Without a handler each of the signals would
 * end the process at once, and leave Codex running.
 */
export const endingSignals: Readonly<Record<EndingSignal, number>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGQUIT: 131,
  SIGUSR2: 140,
  SIGALRM: 142,
  SIGXCPU: 152,
};

export function isEndingSignal(name: string): name is EndingSignal {
  return Object.hasOwn(endingSignals, name);
}

/** Calls back for each of the signals. */
export function onEndingSignal(
  process: Pick<NodeJS.Process, "on">,
  listener: (signal: EndingSignal) => void,
): void {
  for (const signal of Object.keys(endingSignals).filter(isEndingSignal))
    process.on(signal, () => listener(signal));
}
