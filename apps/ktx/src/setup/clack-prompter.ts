import * as clack from "@clack/prompts";
import type { CliIo, CliOutput } from "../cli-io.ts";
import { plain, wrapText } from "../render/layout.ts";
import { textWidth } from "../render/text-width.ts";
import { type PromptKeys, withPromptKeys } from "./prompt-keys.ts";
import { cancelled, type Prompter } from "./prompter.ts";

/** Asks in the terminal; Escape, Ctrl-C and Ctrl-D cancel. */
export function createClackPrompter(io: CliIo): Prompter {
  const { stderr, signal } = io;
  clack.updateSettings({ aliases: { [endOfInput]: "cancel" } });
  const options = { output: stderr };
  const ask = <Answer>(
    takesText: boolean,
    question: (asked: {
      input: PromptKeys;
      output: CliOutput;
      signal: AbortSignal;
    }) => Promise<Answer>,
  ): Promise<Answer> =>
    withOwnSignal(signal, (own) =>
      withPromptKeys(io, takesText, (input) => question({ input, output: stderr, signal: own })),
    );
  // The frame at the left takes three columns.
  const wrap = (text: string, frame = 3): string =>
    wrapText(plain(text), textWidth(stderr) - frame);
  return {
    select: async ({ message, options: choices, initial }) => {
      const isLong = choices.length > longList;
      const choose = isLong ? clack.autocomplete<string> : clack.select<string>;
      const answer = await ask(isLong, (asked) =>
        choose({
          ...asked,
          message,
          // A label may be the name of a model as a service gave it.
          options: choices.map(({ value, label, hint }) => ({
            value,
            label: plain(label),
            ...(hint && { hint: plain(hint) }),
          })),
          ...(initial !== undefined && { initialValue: initial }),
        }),
      );
      return choices.find(({ value }) => value === answer)?.value ?? cancelled;
    },
    text: async ({ message, placeholder, initial, check }) => {
      const answer = await ask(true, (asked) =>
        clack.text({
          ...asked,
          message,
          ...(placeholder !== undefined && { placeholder }),
          ...(initial !== undefined && { initialValue: initial }),
          validate: (value) => check(value ?? ""),
        }),
      );
      return typeof answer === "string" ? answer : cancelled;
    },
    secret: async ({ message, check }) => {
      const answer = await ask(true, (asked) =>
        clack.password({ ...asked, message, validate: (value) => check(value ?? "") }),
      );
      return typeof answer === "string" ? answer : cancelled;
    },
    begin: (title) => clack.intro(plain(title), options),
    explain: (title, text) =>
      clack.note(wrap(text, 8), plain(title), { ...options, format: (line) => line }),
    tell: (kind, text) => {
      const say = { success: clack.log.success, warning: clack.log.warn, step: clack.log.step };
      say[kind](wrap(text), options);
    },
    end: (text) => clack.outro(wrap(text), options),
  };
}

/**
 * A signal for one question. The library goes on to listen after the answer, and breaks a line for each question of the
 * past once the signal fires.
 */
async function withOwnSignal<Answer>(
  signal: AbortSignal,
  ask: (own: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const question = new AbortController();
  const abort = (): void => question.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await ask(question.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** From here on, typing narrows the choices down. */
const longList = 20;

/** The key that a terminal sends for Ctrl-D. Without an alias it closes the input, and the question has no answer. */
const endOfInput = "\u0004";
