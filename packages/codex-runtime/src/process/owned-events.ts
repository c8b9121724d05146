import { setImmediate as nextTurn } from "node:timers/promises";
import type { CodexTurnInput } from "../codex-runner.ts";
import type { OnWarning } from "../runtime-warning.ts";
import { adoptChildProcess } from "./adopt-child-process.ts";
import { describeSurvivors } from "./describe-survivors.ts";
import { ForeignProgramError } from "./foreign-program-error.ts";
import { type MendedOutput, mendOutput } from "./mend-output.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { outputLimits } from "./output-limit-error.ts";
import { endingLadder, OwnedProcess } from "./owned-process.ts";

export interface OwnedEventsInput extends Pick<CodexTurnInput, "signal" | "observer"> {
  readonly codexPath: string;
  /** True where Codex may run commands and servers of the user's. */
  readonly mayStartOthers: boolean;
  readonly warn: OnWarning;
  readonly redactor: Redactor;
}

/** The SDK's events, with the processes behind them ended and gone when the iteration is over. */
export async function* ownedEvents(
  events: AsyncGenerator,
  { codexPath, signal, observer, mayStartOthers, warn, redactor }: OwnedEventsInput,
): AsyncGenerator<unknown, void> {
  let owned: OwnedProcess | undefined;
  let output: MendedOutput | undefined;
  let heard = 0;
  const terminate = (): void => void owned?.terminate();
  signal?.addEventListener("abort", terminate, { once: true });
  const next = (): Promise<IteratorResult<unknown>> =>
    adoptChildProcess(
      (child) => {
        output = mendOutput(child, outputLimits, terminate);
        owned ??= new OwnedProcess(child, endingLadder, redactor, (delayMs) =>
          observer?.onRetry?.(delayMs),
        );
      },
      () => events.next(),
    );
  try {
    for (let step = await next(); step.done !== true; step = await next()) {
      heard += 1;
      yield step.value;
    }
    if (output?.tooMuch !== undefined) throw output.tooMuch;
    if (heard === 0) throw new ForeignProgramError(codexPath);
  } catch (error) {
    // Node tells why it could not start a process a moment after the SDK has missed its pipes.
    await nextTurn();
    if (owned?.startError !== undefined) throw owned.startError;
    if (output?.tooMuch !== undefined) throw output.tooMuch;
    // Codex gives a reason, and prints nothing else, where it fails before its first event.
    const isForeign = heard === 0 && (output?.skippedLines ?? 0) > 0 && owned?.stderrTail === "";
    throw isForeign ? new ForeignProgramError(codexPath, { cause: error }) : error;
  } finally {
    signal?.removeEventListener("abort", terminate);
    // In strict isolation there is nothing that Codex could start.
    if (mayStartOthers) await owned?.noteDescendants();
    if (signal?.aborted !== true) await owned?.leave();
    await events.return(undefined);
    owned?.watch();
    const pids = (await owned?.terminate()) ?? [];
    if (pids.length > 0) warn(describeSurvivors(pids));
    observer?.onStderr(owned?.stderrTail ?? "");
  }
}
