import { joinPrompt } from "../transport/join-prompt.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";

/** Codex refuses longer input, and only after it has started a thread (measured on 0.163.0). */
const longestPrompt = 1_048_576;

/**
 * Checks the texts of a call.
 *
 * @throws {RuntimeInputError} `empty-prompt`; `prompt-too-long` for more than 1,048,576 characters.
 */
export function checkPrompt(prompt: string, system?: string): void {
  if (typeof prompt !== "string" || prompt.trim() === "")
    throw new RuntimeInputError(
      "empty-prompt",
      "Expected a prompt, got an empty text. Write what the model should do.",
    );
  const length = countCharacters(joinPrompt(system, prompt));
  if (length > longestPrompt)
    throw new RuntimeInputError(
      "prompt-too-long",
      `Expected at most ${longestPrompt} characters of prompt and system text, got ${length}. ` +
        "Shorten it, or give the model a tool that reads the rest.",
    );
}

/** True when Codex accepts a text of this length. */
export function fitsPrompt(text: string): boolean {
  return countCharacters(text) <= longestPrompt;
}

/** Codex counts Unicode characters; JavaScript's length, never smaller, counts UTF-16 units. */
function countCharacters(text: string): number {
  if (text.length <= longestPrompt) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
