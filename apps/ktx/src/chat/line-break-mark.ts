/** A line break inside the prompt, while it is edited in one line. */
export const lineBreakMark = "⏎";

/** The prompt of an edited line. */
export function readEditedLine(line: string): string {
  return line.replaceAll(lineBreakMark, "\n");
}

/** The line in which a prompt is edited. */
export function showAsLine(prompt: string): string {
  return prompt.replaceAll(/\r\n|[\r\n\u2028\u2029]/g, lineBreakMark);
}
