import { prepareRun, type RunInput } from "../agent/prepare-run.ts";
import { askInTerminal, requireAnswers } from "../approve/ask-in-terminal.ts";
import { createOutputGate } from "../approve/output-gate.ts";
import type { CliIo } from "../cli-io.ts";
import { watchCalls } from "../supervise/watch-calls.ts";
import { Chat } from "./chat.ts";
import type { ChatInput } from "./chat-input.ts";
import { createChatView } from "./chat-view.ts";
import { Conversation } from "./conversation.ts";
import { openPipedInput } from "./piped-input.ts";
import { resumeCommand } from "./resume-command.ts";
import { openTerminalInput } from "./terminal-input.ts";

export interface ChatFlags extends Omit<RunInput, "prompt" | "observer" | "image" | "approve"> {
  /** True to ask before a tool runs that is not read-only. */
  readonly asks?: boolean;
  /** False for a conversation that is only in memory. */
  readonly keep: boolean;
  /** The id of a conversation on disk. */
  readonly resume?: string | undefined;
}

/** Talks with the model until the user leaves. @returns the exit code. */
export async function runChat(
  { asks = false, ...flags }: ChatFlags,
  given: CliIo,
): Promise<number> {
  if (asks) requireAnswers(given, undefined);
  const gate = asks ? createOutputGate(given.stderr) : undefined;
  const io = gate === undefined ? given : { ...given, stderr: gate.output };
  let input: ChatInput | undefined;
  const approve =
    gate &&
    askInTerminal(given, gate, async (question, signal) =>
      input === undefined ? "" : input.ask(question, signal),
    );
  const isInteractive =
    io.stdin.isTTY === true && io.stderr.isTTY === true && io.env["TERM"] !== "dumb";
  const view = createChatView(io, { isInteractive });
  const observer = watchCalls(view, io.userCode);
  await using conversation = await Conversation.open({
    prepare: (model) => {
      const ofModel = model === undefined ? {} : { model, role: "default" };
      return prepareRun({ ...flags, ...ofModel, approve, observer }, io, {
        command: "ktx chat",
        // A thread that is kept has a process of its own.
        warm: !flags.keep && flags.resume === undefined,
        isHeld: true,
      });
    },
    system: flags.system,
    keep: flags.keep,
    resume: flags.resume,
  });
  const { model: firstModel } = conversation;
  conversation.warm(io.signal);
  const messages = await conversation.readMessages(io.signal);
  view.recall(messages.slice(-2));
  if (isInteractive) view.tell(greeting(conversation));
  const history = messages.flatMap(({ role, text }) => (role === "user" ? [text] : []));
  using entries = isInteractive
    ? openTerminalInput(given, { prompt: "> ", history })
    : openPipedInput(given);
  input = entries;
  const exitCode = await new Chat(conversation, { io, view, entries, isInteractive }).talk();
  const { id, model } = conversation;
  if (id !== undefined)
    view.tellCommand(resumeCommand(id, { ...flags, asks, ...(model !== firstModel && { model }) }));
  return exitCode;
}

function greeting({ isKept }: Conversation): string {
  const place = isKept
    ? "The conversation stays on disk; --no-keep keeps it in memory only."
    : "The conversation is in memory only.";
  return `/help lists the commands. Ctrl-D leaves. ${place}`;
}
