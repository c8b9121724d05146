/** One prompt of a batch. */
export interface Prompt {
  /** Names its result: of the line itself, else the number of the line, or the name of the file. */
  readonly id: string;
  readonly text: string;
  /** Instructions that the model reads before the prompt. */
  readonly system?: string;
}

/** Codex refuses longer prompts (0.163.0). */
export const longestPrompt = 1_048_576;

/** The reason why a prompt cannot be sent; undefined for one that can. */
export function findPromptProblem(text: string): string | undefined {
  if (text.trim() === "") return "expected a prompt, got an empty text";
  const length = countCharacters(text);
  if (length <= longestPrompt) return undefined;
  const [got, most] = [length, longestPrompt].map((count) => count.toLocaleString("en-US"));
  return `expected a prompt of at most ${most} characters, got ${got}; give the model a tool that reads the text, or split it`;
}

/** Codex counts code points. */
function countCharacters(text: string): number {
  if (text.length <= longestPrompt) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
