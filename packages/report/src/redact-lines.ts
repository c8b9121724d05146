import { Redaction } from "@ktx/recording";

/**
 * The same lines of JSON without secrets by their form, or by the name of their property: an older recording, and one
 * made elsewhere, may still have them. A line that is no JSON is a text. Pure.
 */
export function redactLines(text: string): string {
  const redaction = new Redaction();
  return text
    .split("\n")
    .map((line) => redactLine(line, redaction))
    .join("\n");
}

function redactLine(line: string, redaction: Redaction): string {
  if (line === "") return line;
  try {
    return JSON.stringify(redaction.value(JSON.parse(line)));
  } catch {
    return redaction.text(line);
  }
}
