import { createInterface } from "node:readline";
import { codexToolName } from "@ktx/codex-runtime";
import type { ApproveToolCall, ToolCallToApprove, ToolDecision } from "@ktx/mcp-bridge";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { plain, wrapText } from "../render/layout.ts";
import { createStyle } from "../render/style.ts";
import { textWidth } from "../render/text-width.ts";
import { describeInput } from "../render/tool-call-line.ts";
import type { OutputGate } from "./output-gate.ts";
import { parseApproval } from "./parse-approval.ts";

/** A question, of which the user edits the last line. */
interface LineQuestion {
  readonly text: string;
  readonly prompt: string;
}

/** Shows a question and reads one line. The end of the input is an empty one. Rejects with the reason of the signal. */
export type ReadLine = (question: LineQuestion, signal: AbortSignal) => Promise<string>;

/** Milliseconds before a question in which lines are dropped: they were typed before it could be read. */
const earlyMs = 50;

/** Characters of a call's arguments that a question shows. */
const mostShown = 2_000;

/**
 * Refuses `--approve` where nobody could answer.
 *
 * @param prompt the argument of the command; `-` reads stdin to its end.
 * @throws {CliError}
 */
export function requireAnswers(
  { stdin, stderr }: Pick<CliIo, "stdin" | "stderr">,
  prompt: string | undefined,
): void {
  if (stdin.isTTY !== true || stderr.isTTY !== true)
    throw usageError("--approve asks its questions in a terminal, and this is not one.", {
      next: "Run the command in a terminal, or leave out --approve and give the run only tools that may run unasked.",
    });
  if (prompt === "-")
    throw usageError("Expected the prompt as an argument with --approve, got -.", {
      why: "stdin is needed for the answers.",
      next: 'Give the prompt on the command line: ktx run "…" --approve',
    });
}

/** Asks the user about one call after the other. Everything but a clear yes denies the call. */
export function askInTerminal(
  io: Pick<CliIo, "stderr" | "env">,
  gate: OutputGate,
  readLine: ReadLine,
): ApproveToolCall {
  const always = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const turn = last.then(async (): Promise<ToolDecision> => {
      if (always.has(call.name)) return { allow: true };
      gate.hold();
      try {
        const approval = parseApproval(await readLine(questionOf(call, io), call.signal));
        if (approval.type === "always") always.add(call.name);
        if (approval.type !== "no") return { allow: true };
        const { reason } = approval;
        return {
          allow: false,
          reason: reason === undefined ? "The user did not allow it." : `The user says: ${reason}`,
        };
      } finally {
        gate.release();
      }
    });
    last = turn.catch(() => {});
    return turn;
  };
}

/** Reads a line that the terminal itself edits: its Ctrl-C stays a signal. */
export function createLineReader({ stdin, stderr }: Pick<CliIo, "stdin" | "stderr">): ReadLine {
  return async ({ text, prompt }, signal) => {
    signal.throwIfAborted();
    const lines = createInterface({ input: stdin, terminal: false });
    const entered = Promise.withResolvers<string>();
    const abort = (): void => entered.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, earlyMs)), entered.promise]);
      // A process that was busy has run its timers before it reads.
      await Promise.race([new Promise((resolve) => setImmediate(resolve)), entered.promise]);
      lines.once("line", entered.resolve);
      lines.once("close", () => entered.resolve(""));
      stderr.write(`${text}\n${prompt}`);
      return await entered.promise;
    } catch (error) {
      stderr.write("\n");
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
      lines.close();
      stdin.pause();
    }
  };
}

function questionOf(
  call: ToolCallToApprove,
  { stderr, env }: Pick<CliIo, "stderr" | "env">,
): LineQuestion {
  const style = createStyle(stderr, env);
  const name = codexToolName(call.name);
  const input = plain(describeInput(call.arguments));
  const rest = input.length - mostShown;
  const more = rest > 0 ? ` … and ${rest.toLocaleString("en-US")} more characters` : "";
  const width = textWidth(stderr);
  const shown = wrapText(`${name} ${input.slice(0, mostShown)}${more}`, width, "  ");
  const options =
    "y: run it · a: also later calls of this tool · n, or a reason for the model: do not run it";
  return {
    text: `${style.warn(shown)}\n${style.dim(wrapText(options, width, "  "))}`,
    prompt: style.bold("Run it? [y/a/N] "),
  };
}
