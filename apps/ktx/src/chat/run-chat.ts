import { prepareRun, type RunInput } from "../agent/prepare-run.ts";
import { explainError } from "../agent/explain-error.ts";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { watchCalls } from "../supervise/watch-calls.ts";
import { chatHelp, type ChatLine, parseChatLine } from "./chat-command.ts";
import type { ChatInput } from "./chat-input.ts";
import { type ChatView, createChatView } from "./chat-view.ts";
import { Conversation } from "./conversation.ts";
import { openPipedInput } from "./piped-input.ts";
import { openTerminalInput } from "./terminal-input.ts";

export type ChatFlags = Omit<RunInput, "prompt" | "observer">;

/** Talks with the model until the user leaves. @returns the exit code. */
export async function runChat(flags: ChatFlags, io: CliIo): Promise<number> {
  const isInteractive =
    io.stdin.isTTY === true && io.stderr.isTTY === true && io.env["TERM"] !== "dumb";
  const view = createChatView(io, { isInteractive });
  await using run = await prepareRun(
    { ...flags, observer: watchCalls(view, io.userCode) },
    io,
    "ktx chat",
  );
  await using conversation = new Conversation(run, flags.system);
  if (isInteractive) view.tell("/help lists the commands. Ctrl-D leaves.");
  using entries = isInteractive
    ? openTerminalInput(io, { prompt: "> ", history: [] })
    : openPipedInput(io);
  const chat = new Chat(conversation, { io, view, entries, isInteractive });
  return await chat.talk();
}

interface ChatParts {
  readonly io: Pick<CliIo, "signal">;
  readonly view: ChatView;
  readonly entries: ChatInput;
  readonly isInteractive: boolean;
}

class Chat {
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
      const exitCode = line.type === "prompt" ? await this.#turn(line.prompt) : this.#obey(line);
      if (exitCode !== undefined) return exitCode;
    }
  }

  #obey(line: Exclude<ChatLine, { readonly type: "prompt" | "exit" }>): undefined {
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
        view.tell(this.#conversation.model);
        return;
      case "unknown":
        view.tell(
          `${line.command} is no command. /help lists them; // starts a prompt that begins with a slash.`,
        );
        return;
      default:
        line satisfies never;
    }
  }

  /** @returns an exit code where a failed turn ends the chat: on a pipe, nobody could read of it and go on. */
  async #turn(prompt: string): Promise<number | undefined> {
    const { entries, io, view, isInteractive } = this.#parts;
    view.beginTurn();
    try {
      const turn = await entries.during((signal) =>
        this.#conversation.ask(prompt, signal, view.take),
      );
      io.signal.throwIfAborted();
      view.endTurn(turn.metrics, turn.isInterrupted);
    } catch (error) {
      io.signal.throwIfAborted();
      const explained = explainError(error);
      if (!isInteractive || !(explained instanceof CliError)) throw explained;
      view.fail(explained.parts);
    }
    if (this.#conversation.isGone && isInteractive)
      view.tell("The next prompt starts a new conversation: the model does not know this one.");
    return undefined;
  }
}
