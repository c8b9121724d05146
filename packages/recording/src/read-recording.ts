import {
  parseLine,
  type RecordedLine,
  type SignalLine,
  type ToolCallLine,
  type ToolResultLine,
  type TurnEndLine,
  type TurnStartLine,
} from "./recorded-line.ts";

/** A turn of a recording, with its lines in their order. */
export interface RecordedTurn {
  readonly start: TurnStartLine;
  readonly steps: readonly (SignalLine | ToolCallLine | ToolResultLine)[];
  /** Undefined where the recording breaks off. */
  readonly end: TurnEndLine | undefined;
}

/** The turns of each thread, in the order in which they began. */
export type RecordedThreads = readonly (readonly RecordedTurn[])[];

/** A recording that cannot be read, with the line that is at fault. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/**
 * Reads the text of a recording. A last line that breaks off, as a killed program leaves it, is left out.
 *
 * @throws {RecordingError} with the number of the first line that is wrong.
 */
export function readRecording(text: string): RecordedThreads {
  const threads = new Map<number, RecordedTurn[]>();
  const turns = new Map<number, { turn: RecordedTurn; steps: RecordedTurn["steps"][number][] }>();
  for (const [number, line] of linesOf(text)) {
    if (line.type === "recording") continue;
    if (line.type === "turn-start") {
      const steps: RecordedTurn["steps"][number][] = [];
      const turn = { start: line, steps, end: undefined };
      turns.set(line.turn, { turn, steps });
      threads.set(line.thread, [...(threads.get(line.thread) ?? []), turn]);
      continue;
    }
    const known = turns.get(line.turn);
    if (known === undefined)
      throw new RecordingError(`Line ${number} belongs to turn ${line.turn}, which has not begun.`);
    if (line.type === "turn-end") Object.assign(known.turn, { end: line });
    else known.steps.push(line);
  }
  if (threads.size === 0) throw new RecordingError("The recording has no turn.");
  return [...threads.values()];
}

/** Every line with its number, from 1. The first one says what the file is. */
export function* linesOf(text: string): Generator<readonly [number: number, line: RecordedLine]> {
  const lines = text.split("\n");
  const isCut = lines.at(-1) !== "";
  for (const [index, content] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (content.trim() === "" && isLast) continue;
    let line: RecordedLine;
    try {
      line = parseLine(content);
    } catch (error) {
      if (isLast && isCut && index > 0) return;
      const reason = error instanceof Error ? error.message : String(error);
      throw new RecordingError(`Line ${index + 1} of the recording: ${reason}.`);
    }
    if (index === 0 && line.type !== "recording")
      throw new RecordingError(
        'Expected a recording that begins with `{"type":"recording",…}`, got another file. `ktx run --record <file>` makes one.',
      );
    yield [index + 1, line];
  }
}
