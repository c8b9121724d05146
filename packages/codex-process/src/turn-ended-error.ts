import type { TurnExit } from "./turn-exit.ts";

/** A turn ended early: its process is gone, or refused a request. The facts are in `exit`. */
export class TurnEndedError extends Error {
  override readonly name: string = "TurnEndedError";
  readonly exit: TurnExit;

  constructor(message: string, exit: TurnExit) {
    super(message);
    this.exit = exit;
  }
}
