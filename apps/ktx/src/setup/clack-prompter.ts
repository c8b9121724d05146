import * as clack from "@clack/prompts";
import type { CliIo } from "../cli-io.ts";
import { plain, wrapText } from "../render/layout.ts";
import { textWidth } from "../render/text-width.ts";
import { withPromptKeys } from "./prompt-keys.ts";
import { cancelled, type Prompter } from "./prompter.ts";

/** Asks in the terminal; Escape, Ctrl-C and Ctrl-D cancel. */
export function createClackPrompter(io: CliIo): Prompter {
  const { stderr, signal } = io;
  clack.updateSettings({ aliases: { [endOfInput]: "cancel" } });
  const options = { output: stderr, signal };
  // The frame at the left takes three columns.
  const wrap = (text: string, frame = 3): string =>
    wrapText(plain(text), textWidth(stderr) - frame);
  return {
    select: async ({ message, options: choices, initial }) => {
      const isLong = choices.length > longList;
      const ask = isLong ? clack.autocomplete<string> : clack.select<string>;
      const answer = await withPromptKeys(io, isLong, (input) =>
        ask({
          ...options,
          input,
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
      const answer = await withPromptKeys(io, true, (input) =>
        clack.text({
          ...options,
          input,
          message,
          ...(placeholder !== undefined && { placeholder }),
          ...(initial !== undefined && { initialValue: initial }),
          validate: (value) => check(value ?? ""),
        }),
      );
      return typeof answer === "string" ? answer : cancelled;
    },
    secret: async ({ message, check }) => {
      const answer = await withPromptKeys(io, true, (input) =>
        clack.password({ ...options, input, message, validate: (value) => check(value ?? "") }),
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

/** From here on, typing narrows the choices down. */
const longList = 20;

/** The key that a terminal sends for Ctrl-D. Without an alias it closes the input, and the question has no answer. */
const endOfInput = "\u0004";
