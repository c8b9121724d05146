/** The lines that a terminal shows after this output: of its control sequences, those that ktx writes. */
export function screenOf(output: string): string {
  const lines: string[] = [""];
  let column = 0;
  for (const [part] of output.matchAll(/\r|\n|\u001b\[K|\u001b\[[\d;?]*[A-Za-z]|[^\r\n\u001b]+/g)) {
    const line = lines.at(-1) ?? "";
    if (part === "\r") column = 0;
    else if (part === "\n") {
      lines.push("");
      column = 0;
    } else if (part === "\u001b[K") lines[lines.length - 1] = line.slice(0, column);
    else if (!part.startsWith("\u001b")) {
      lines[lines.length - 1] = line.slice(0, column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines.join("\n");
}
