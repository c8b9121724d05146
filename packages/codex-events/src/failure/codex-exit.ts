import { boundText } from "../bound-text.ts";

/** The end of the Codex process, and its last output. */
export interface CodexExit {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stderrTail: string;
  /** The reason from standard error; empty when it gives none. */
  readonly reason: string;
}

/**
 * Reads the SDK's `Codex Exec exited with code 1: <stderr>` (or `signal SIGTERM`), or bare standard
 * error. `undefined` for any other text.
 */
export function parseCodexExit(text: string): CodexExit | undefined {
  const thrown = exitThrow.exec(text);
  if (thrown === null) return stderrMark.test(text) ? readCodexExit(text) : undefined;
  const [prefix, code, signal] = thrown;
  return {
    ...readCodexExit(text.slice(prefix.length)),
    ...(code !== undefined && { exitCode: Number(code) }),
    ...(signal !== undefined && { signal }),
  };
}

const exitThrow = /^(?:Error: )?Codex Exec exited with (?:code (-?\d+)|signal (\w+)):? ?/;

const logLine = /^\d{4}-\d{2}-\d{2}T\S+ +(?:ERROR|WARN|INFO|DEBUG|TRACE) /;
/** Printed by runs that go well, too. */
const noiseLine =
  /^(?:WARNING: proceeding, even though|Reading prompt from stdin|Reading additional input)/;
const reasonLine = /^Error(?:: | loading )/;
const stderrMark = new RegExp(
  [reasonLine, noiseLine, logLine].map((pattern) => pattern.source).join("|"),
  "m",
);

/** The reason in standard error for the end of a process. */
export function readCodexExit(stderr: string): CodexExit {
  return { stderrTail: boundText(stderr.trim(), 2000), reason: findReason(stderr) };
}

/** The last `Error:` line and the lines after it, else all lines that are neither log nor noise. */
function findReason(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .filter((line) => !logLine.test(line) && !noiseLine.test(line));
  const start = lines.findLastIndex((line) => reasonLine.test(line));
  return lines
    .slice(Math.max(start, 0))
    .join("\n")
    .replace(/^Error: /, "")
    .trim();
}
