export { lintRecording, type RecordingProblem } from "./lint-recording.ts";
export {
  readRecording,
  type RecordedThreads,
  type RecordedTurn,
  RecordingError,
} from "./read-recording.ts";
export { record, type RecordingOutput, type RecordOptions } from "./record.ts";
export type {
  HeaderLine,
  RecordedError,
  RecordedLine,
  SignalLine,
  ToolCallLine,
  ToolResultLine,
  TurnEndLine,
  TurnLine,
  TurnStartLine,
} from "./recorded-line.ts";
export { Redaction, type RedactionRules } from "./redaction.ts";
export { replay, ReplayMismatchError, type ReplayOptions, replayText } from "./replay.ts";
