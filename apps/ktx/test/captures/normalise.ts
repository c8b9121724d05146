import type { ScreenLine } from "./screen.ts";

/** Replaces all that differs between runs and machines, by a text of the same length where the layout shows it. */
export function normalise(text: string): string {
  return (
    text
      .replaceAll(
        /^(ok {4}Codex binary +).*\n(?: .*\n)*/gm,
        "$1(left out: its path is of this machine)\n",
      )
      // The times of an ingest decide the order of its last lines.
      .replaceAll(/^reading \d[\s\S]*?(?=^=)/gm, "(left out: the times)\n")
      // Nor is that of the sources of the demo the same.
      .replaceAll(
        /^Reading sources: 12\n[\s\S]*?(?=^Writing pages: 13)/gm,
        "(left out: the sources)\n",
      )
      // Tokens that ktx estimates.
      .replaceAll(/(?<=(?:\.\w+|the\s+model,)\s+)\d+,\d+(?=\s+tokens)/g, "0")
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, nilId)
      .replaceAll(/ktx-captures-\w{6}/g, "ktx-captures-000000")
      .replaceAll(/(?<=[?]token=)[\w-]+/g, (token) => "0".repeat(token.length))
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:00000")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T00:00:00.000Z")
      .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d\b(?!:)/g, "2026-01-01 00:00")
      .replaceAll(/\b\d{4}-\d\d-\d\d-[\da-f]{8}\b/g, "2026-01-01-00000000")
      .replaceAll(/"ms":\d+/g, '"ms":0')
      .replaceAll(/(?<![\d.])\d+\.\d+\.\d+(?![\d.])/g, "0.0.0")
      .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "00:00:00")
      .replaceAll(/(until |resets at\s+)(?:\d{4}-\d\d-\d\d )?\d\d:\d\d\b/g, "$100:00")
      .replaceAll(/(\s*)\b\d+(?:\.\d)?\s+(ms|s)\b/g, (_, space: string, unit: string) =>
        space.length > 1 ? `  0 ${unit}` : `${space}0 ${unit}`,
      )
      // A run, or a tool, that takes a second or more on a busy machine has its time in seconds.
      .replaceAll(/(?<=^ {2}\d+ {2}\w+.* {2}|steps? · |^)0 s(?=$| · [\d,]+ tokens)/gm, "0 ms")
      // The digits of a tool's time decide where its arguments are cut.
      .replaceAll(/^( {2}\d+ {2}\w+ +).*…( {2}0 ms)$/gm, "$1(cut)…$2")
      // And where the line of a run's tokens is wrapped.
      .replaceAll(
        /(?<=\b0 ms ·)\s+[\d,]+\s+tokens\s+\([\d,]+\s+in,\s+[\d,]+\s+out\)/g,
        " 0 tokens (0 in, 0 out)",
      )
      .replaceAll(/[\d,]+ tokens \([\d,]+ in, [\d,]+ out\)/g, "0 tokens (0 in, 0 out)")
  );
}

const nilId = "00000000-0000-0000-0000-000000000000";

/** A capture as its golden file has it. A line that is wider than the terminal, for one long word, stays one line. */
export function showCapture(lines: readonly ScreenLine[]): string {
  const text = lines.map((rows) => rows.join("").trimEnd()).join("\n");
  return normalise(`${text}\n`);
}
