/** The user text of a turn that has no other place for the system text: that, an empty line, the prompt. */
export function joinPrompt(instructions: string | undefined, prompt: string): string {
  return instructions ? `${instructions}\n\n${prompt}` : prompt;
}
