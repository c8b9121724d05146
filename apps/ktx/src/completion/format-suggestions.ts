import { plain } from "../render/layout.ts";

/** A word that may stand at the cursor. */
export interface Suggestion {
  readonly value: string;
  readonly description?: string;
}

/** The shells for which there is a script. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface TypedWord {
  readonly shell: Shell;
  /** The part of the word at the cursor that is typed already, behind `before`. */
  readonly typed: string;
  /** The part of the word before the value: `--model=`. */
  readonly before: string;
  /** The length of the part of the word that the shell does not replace. */
  readonly kept: number;
}

/** The lines that the script of a shell reads. Descriptions are texts of others: only one line of each counts. Pure. */
export function formatSuggestions(
  suggestions: readonly Suggestion[],
  { shell, typed, before, kept }: TypedWord,
): readonly string[] {
  const words = suggestions.map(({ value, description = "" }) => ({
    value: before + value,
    description: oneLine(description),
  }));
  switch (shell) {
    case "bash":
      // It inserts what it gets as it is, and leaves the choice to us.
      return words
        .map(({ value }) => escapeForBash(value))
        .filter((value) => value.startsWith(before + typed))
        .map((value) => value.slice(kept));
    case "zsh":
      return words.map(({ value, description }) => {
        const word = value.replaceAll(/[\\:]/g, String.raw`\$&`);
        return description === "" ? word : `${word}:${description}`;
      });
    case "fish":
      return words.map(({ value, description }) => `${value}\t${description}`.trimEnd());
    default:
      return shell satisfies never;
  }
}

function escapeForBash(word: string): string {
  return word.replaceAll(/[^\w@%+=:,./-]/gu, String.raw`\$&`);
}

function oneLine(text: string): string {
  const [line = ""] = plain(text).trim().split("\n");
  return Array.from(line).slice(0, 60).join("");
}
