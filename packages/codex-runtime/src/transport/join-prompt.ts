/** The user text of a turn without a separate system text: the system text, an empty line, the prompt. */
export function joinPrompt(instructions: string | undefined, prompt: string): string {
  return instructions ? `${instructions}\n\n${prompt}` : prompt;
}
