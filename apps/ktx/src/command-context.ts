import type { CliIo } from "./cli-io.ts";
import type { Services } from "./services.ts";

/** The input of every command. */
export interface CommandContext {
  readonly io: CliIo;
  readonly services: Services;
  /** Sets the exit code; the program still ends in its own time. */
  readonly exitWith: (code: number) => void;
}
