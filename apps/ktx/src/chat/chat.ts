import { findRunEnd } from "@ktx/codex-runtime";
import { explainConnection } from "../agent/explain-connection.ts";
import { explainError } from "../agent/explain-error.ts";
import { reportEnd, type RunEndReport } from "../agent/report-end.ts";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { endOf, endOfThrown, openRecorder, type RunEventToAdd } from "../logs/record-run.ts";
import { exitCodeOfRun } from "../render/run-report.ts";
import { chatHelp, type ChatLine, parseChatLine } from "./chat-command.ts";
import type { ChatInput } from "./chat-input.ts";
import type { ChatView } from "./chat-view.ts";
import type { ChatTurn, Conversation } from "./conversation.ts";

interface ChatParts {
  readonly io: Pick<CliIo, "signal" | "env" | "now">;
  readonly view: ChatView;
  readonly entries: ChatInput;
  readonly isInteractive: boolean;
}

/** The dialogue with the user: prompts go to the model, commands to ktx. */
export class Chat {
  readonly #conversation: Conversation;
  readonly #parts: ChatParts;

  constructor(conversation: Conversation, parts: ChatParts) {
    this.#conversation = conversation;
    this.#parts = parts;
  }

  async talk(): Promise<number> {
    const { entries, io, view } = this.#parts;
    let wasInterrupted = false;
    for (;;) {
      const entered = await entries.next();
      io.signal.throwIfAborted();
      if (entered.type === "end") return exitCodes.done;
      if (entered.type === "interrupt") {
        if (wasInterrupted) return exitCodes.done;
        view.tell("Ctrl-C once more, or Ctrl-D, leaves the chat.");
        wasInterrupted = true;
        continue;
      }
      wasInterrupted = false;
      const line = parseChatLine(entered.text);
      if (line.type === "exit") return exitCodes.done;
      await (line.type === "prompt" ? this.#turn(line.prompt) : this.#obey(line));
    }
  }

  async #obey(line: Exclude<ChatLine, { readonly type: "prompt" | "exit" }>): Promise<void> {
    const { view } = this.#parts;
    switch (line.type) {
      case "empty":
        return;
      case "help":
        view.tell(chatHelp);
        return;
      case "tools": {
        const names = this.#conversation.toolNames;
        view.tell(
          names.length === 0
            ? "The model has no tools. Give it some with --tools."
            : names.join("\n"),
        );
        return;
      }
      case "model":
        if (line.model === undefined) view.tell(this.#conversation.model);
        else await this.#useModel(line.model);
        return;
      case "unknown":
        view.tell(
          `There is no command ${line.command}. /help lists the commands; // starts a prompt that begins with a slash.`,
        );
        return;
      default:
        line satisfies never;
    }
  }

  async #useModel(model: string): Promise<void> {
    try {
      await this.#conversation.useModel(model);
    } catch (error) {
      this.#fail(error, undefined);
    }
  }

  async #turn(prompt: string): Promise<void> {
    const { entries, io, view } = this.#parts;
    view.beginTurn();
    const startedAtMs = io.now();
    await using recorder = openRecorder({ command: "chat", texts: [prompt], env: io.env });
    const { model, toolNames } = this.#conversation;
    recorder.add({ type: "start", model, tools: toolNames.length });
    try {
      const turn = await entries.during(async (signal) => {
        try {
          return await this.#conversation.ask(prompt, signal, view.take, view);
        } finally {
          await view.endAnswer(signal);
        }
      });
      io.signal.throwIfAborted();
      view.endTurn(turn);
      recorder.add(endOfTurn(turn));
    } catch (error) {
      const report = await this.#reportOf(error, io.now() - startedAtMs);
      recorder.add(
        report === undefined
          ? endOfThrown(error, io.signal, recorder.clean)
          : endOf(report, recorder.clean),
      );
      view.endTurn(io.signal.aborted ? {} : { text: textSoFar(error), isFailed: true });
      io.signal.throwIfAborted();
      this.#fail(error, report);
    }
  }

  /** The end of a turn that failed; undefined for any other error. */
  async #reportOf(error: unknown, totalMs: number): Promise<RunEndReport | undefined> {
    const { io, view } = this.#parts;
    const { scene } = this.#conversation;
    const end = io.signal.aborted ? undefined : findRunEnd(error);
    if (end === undefined) return undefined;
    const report = reportEnd(end, scene);
    if (report.error === undefined) return report;
    const serviceUrl = await this.#conversation.serviceUrl();
    const connection = { scene, serviceUrl, tries: view.tries(), totalMs };
    return { ...report, error: await explainConnection(report.error, connection, io) };
  }

  /** A failure that a user can mend leaves the chat open, except on a pipe: nobody could read of it and go on. */
  #fail(error: unknown, report: RunEndReport | undefined): void {
    const { view, isInteractive } = this.#parts;
    const explained = explainError(error, this.#conversation.scene);
    if (!(explained instanceof CliError)) throw explained;
    const { why, next } = report?.error ?? {};
    const parts = {
      ...explained.parts,
      ...(why !== undefined && { why }),
      ...(next !== undefined && { next }),
    };
    if (isInteractive) {
      view.fail(parts);
      return;
    }
    if (report === undefined) throw explained;
    const exitCode = exitCodeOfRun(report);
    throw new CliError({ ...parts, exitCode }, { cause: error });
  }
}

function endOfTurn({ isInterrupted, metrics }: ChatTurn): RunEventToAdd {
  if (isInterrupted) return { type: "end", outcome: "interrupted" };
  return {
    type: "end",
    outcome: "done",
    ...(metrics !== undefined && { totalMs: Math.round(metrics.totalMs) }),
  };
}

/** The model's text so far, of a turn that failed. */
function textSoFar(error: unknown): string | undefined {
  const hasText = findRunEnd(error) !== undefined && error instanceof Error && "text" in error;
  return hasText && typeof error.text === "string" ? error.text : undefined;
}
