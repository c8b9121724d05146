import type { CliIo } from "../cli-io.ts";
import { truncate } from "./layout.ts";
import { textWidth } from "./text-width.ts";
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
  if (stderr.isTTY !== true || env["TERM"] === "dumb") {
    stderr.write(`${text} …\n`);
    return { [Symbol.dispose]: () => {} };
  }
  const style = createStyle(stderr, env);
  const startedAtMs = now();
  const draw = (): void => {
    const ms = now() - startedAtMs;
    const seconds = ms < 1_000 ? "" : ` ${Math.floor(ms / 1_000)} s`;
    const frame = frames[Math.floor(ms / 100) % frames.length] ?? "";
    stderr.write(
      `\r\u001b[K${frame}  ${style.dim(truncate(`${text} …${seconds}`, textWidth(stderr) - 4))}`,
    );
  };
  draw();
  const timer = setInterval(draw, 100);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      stderr.write("\r\u001b[K");
    },
  };
}
