import type { CliIo } from "./cli-io.ts";
import type { Services } from "./services.ts";

/** What every command is given. */
export interface CommandContext {
  readonly io: CliIo;
  readonly services: Services;
  /** Sets the exit code; the program still ends in its own time. */
  readonly exitWith: (code: number) => void;
}
