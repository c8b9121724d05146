import type { CliIo } from "../cli-io.ts";
import { LiveScreen } from "../terminal/live-screen.ts";
import { printText } from "../terminal/print.ts";
import { truncate } from "./layout.ts";
import { createStyle } from "./style.ts";

const frames = ["◒", "◐", "◓", "◑"];

/**
 * Shows on stderr that work is in progress: a spinner and the seconds in a terminal, one line
 * in a log. Disposing it removes the spinner.
 */
export function startProgress(
  text: string,
  { stderr, env, now }: Pick<CliIo, "stderr" | "env" | "now">,
): Disposable {
  const style = createStyle(stderr, env);
  const startedAtMs = now();
  const screen = new LiveScreen(stderr, env, (columns) => {
    const ms = now() - startedAtMs;
    const seconds = ms < 1_000 ? "" : ` ${Math.floor(ms / 1_000)} s`;
    const frame = frames[Math.floor(ms / 100) % frames.length] ?? "";
    return `${frame}  ${style.dim(truncate(`${text} …${seconds}`, columns - 4))}`;
  });
  if (!screen.canRedraw) {
    printText(stderr, `${text} …\n`);
    return screen;
  }
  screen.refresh();
  const timer = setInterval(() => screen.refresh(), 100);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      screen[Symbol.dispose]();
    },
  };
}
