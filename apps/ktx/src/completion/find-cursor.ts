import type { Shell } from "./format-suggestions.ts";

export interface Cursor {
  /** The words before the cursor's, without the program's name. */
  readonly words: readonly string[];
  /** The word at the cursor; empty between words. */
  readonly current: string;
  /** The length of the part of that word that the shell does not replace. */
  readonly kept: number;
}

/**
 * Reads the cursor from the words and the variables of a completion script. Pure.
 *
 * @param line the words of the command line, the program's name first.
 */
export function findCursor(
  line: readonly string[],
  shell: Shell,
  env: Readonly<Record<string, string | undefined>>,
): Cursor {
  const at = Number(env["COMP_CWORD"]);
  switch (shell) {
    case "bash":
      return joinBroken(line, at, env["COMP_LINE"] ?? "");
    case "zsh":
      return { words: line.slice(1, at), current: line[at] ?? "", kept: 0 };
    case "fish":
      // Its script gives the word at the cursor last, also an empty one.
      return { words: line.slice(1, -1), current: line.at(-1) ?? "", kept: 0 };
    default:
      return shell satisfies never;
  }
}

/**
 * Bash breaks words at `:` and `=`, too, and replaces only the last part: `--model=gpt` is three words there. Those
 * without a space between them are one.
 */
function joinBroken(line: readonly string[], at: number, text: string): Cursor {
  const words: string[] = [];
  let end = 0;
  let kept = 0;
  for (const [index, part] of line.slice(0, at + 1).entries()) {
    const start = text.indexOf(part, end);
    const isJoined = index > 0 && part !== "" && start === end;
    end = Math.max(end, start + part.length);
    const word = isJoined ? (words.pop() ?? "") : "";
    words.push(word + part);
    kept = /^[:=]+$/.test(part) ? word.length + part.length : word.length;
  }
  return { words: words.slice(1, -1), current: words.at(-1) ?? "", kept };
}
