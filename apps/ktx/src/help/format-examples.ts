/** The examples of a command, each a line that a shell takes; a wider one is continued with a backslash. Pure. */
export function formatExamples(examples: readonly string[], width: number): string {
  const lines = examples.map((example) => `  ${breakCommand(example, width - 2)}`);
  return ["Examples:", ...lines].join("\n");
}

/** Breaks between the words of a shell, a quoted text being one of them. */
function breakCommand(command: string, width: number): string {
  const lines: string[] = [];
  let current = "";
  for (const word of command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && longer.length > width - 2) {
      lines.push(current);
      current = `  ${word}`;
    } else current = longer;
  }
  return [...lines, current].join(" \\\n  ");
}
