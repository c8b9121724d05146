import { findRunEnd } from "@ktx/codex-runtime";
import { explainConnection } from "../agent/explain-connection.ts";
import { explainError } from "../agent/explain-error.ts";
import { reportEnd } from "../agent/report-end.ts";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import {
  endOf,
  endOfThrown,
  openRecorder,
  type RunEventToAdd,
  type RunRecorder,
} from "../logs/record-run.ts";
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
      await this.#fail(error, 0);
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
      const turn = await entries.during((signal) =>
        this.#conversation.ask(prompt, signal, view.take, view.onUsage),
      );
      io.signal.throwIfAborted();
      view.endTurn(turn);
      recorder.add(endOfTurn(turn));
    } catch (error) {
      recorder.add(endOfFailed(error, io.signal, recorder.clean));
      view.endTurn(io.signal.aborted ? {} : { text: textSoFar(error) });
      io.signal.throwIfAborted();
      await this.#fail(error, io.now() - startedAtMs);
    }
  }

  /** A failure that a user can mend leaves the chat open, except on a pipe: nobody could read of it and go on. */
  async #fail(error: unknown, totalMs: number): Promise<void> {
    const { io, view, isInteractive } = this.#parts;
    const explained = explainError(error, this.#conversation.scene);
    if (!(explained instanceof CliError)) throw explained;
    const end = findRunEnd(error);
    const kind = end && reportEnd(end).error?.kind;
    const why = await explainConnection(kind, { ...view.connection(), totalMs }, io);
    const parts = { ...explained.parts, ...(why !== undefined && { why }) };
    if (isInteractive) {
      view.fail(parts);
      return;
    }
    if (end === undefined) throw explained;
    const exitCode = exitCodeOfRun(reportEnd(end));
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

function endOfFailed(
  error: unknown,
  signal: AbortSignal,
  clean: RunRecorder["clean"],
): RunEventToAdd {
  const end = signal.aborted ? undefined : findRunEnd(error);
  return end === undefined ? endOfThrown(error, signal, clean) : endOf(reportEnd(end), clean);
}

/** The model's text so far, of a turn that failed. */
function textSoFar(error: unknown): string | undefined {
  const hasText = findRunEnd(error) !== undefined && error instanceof Error && "text" in error;
  return hasText && typeof error.text === "string" ? error.text : undefined;
}
