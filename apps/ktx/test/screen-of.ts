/** The lines that a terminal shows after this output: of its control sequences, those that ktx writes. */
export function screenOf(output: string): string {
  const lines: string[] = [""];
  let row = 0;
  let column = 0;
  for (const [part] of output.matchAll(/\r|\n|\u001b\[[\d;?]*[A-Za-z]|[^\r\n\u001b]+/g)) {
    const line = lines[row] ?? "";
    if (part === "\r") column = 0;
    else if (part === "\n") {
      row += 1;
      lines[row] ??= "";
      column = 0;
    } else if (part === "\u001b[K" || part === "\u001b[J") {
      lines[row] = line.slice(0, column);
      if (part === "\u001b[J") lines.splice(row + 1);
    } else if (part.endsWith("A")) row = Math.max(0, row - Number.parseInt(part.slice(2), 10));
    else if (!part.startsWith("\u001b")) {
      lines[row] = line.slice(0, column).padEnd(column) + part + line.slice(column + part.length);
      column += part.length;
    }
  }
  return lines.join("\n");
}
