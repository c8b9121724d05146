import { setImmediate as nextTick } from "node:timers/promises";
import { parseThreadEvent } from "@ktx/codex-events";
import { describeSurvivors } from "../describe-survivors.ts";
import {
  ForeignProgramError,
  type MendedOutput,
  mendOutput,
  outputLimits,
  ownCodex,
  PendingWaits,
} from "@ktx/codex-process";
import { adoptChildProcess, type OwnedProcess } from "@ktx/child-process";
import type { Redactor } from "@ktx/redact";
import type { OnWarning } from "../../values/runtime-warning.ts";
import type { TurnSignal } from "../transport.ts";

export interface ExecSignalsInput {
  readonly codexPath: string;
  readonly redactor: Redactor;
  /** True when Codex may run commands and servers of the user. */
  readonly mayStartOthers: boolean;
  readonly warn: OnWarning;
  readonly signal: AbortSignal | undefined;
  /** Receives the end of standard error, once the process is gone. */
  readonly onStderr: (tail: string) => void;
}

/**
 * The SDK's events as signals. Its processes are ended and gone when the iteration is over.
 *
 * @throws {ForeignProgramError} for a program whose output is not that of Codex; the system's error for one that
 * does not start.
 */
export async function* execSignals(
  events: AsyncGenerator,
  { codexPath, redactor, signal, mayStartOthers, warn, onStderr }: ExecSignalsInput,
): AsyncGenerator<TurnSignal, void> {
  let owned: OwnedProcess | undefined;
  let output: MendedOutput | undefined;
  let heard = 0;
  const waits = new PendingWaits();
  const terminate = (): void => void owned?.terminate();
  signal?.addEventListener("abort", terminate, { once: true });
  const next = (): Promise<IteratorResult<unknown>> =>
    adoptChildProcess(
      (child) => {
        output = mendOutput(child, outputLimits, terminate);
        owned ??= ownCodex(child, { redactor, onWait: ({ delayMs }) => waits.push(delayMs) });
      },
      () => events.next(),
    );
  try {
    for (let pending = next(); ;) {
      const step = await Promise.race([pending, waits.whenNotEmpty]);
      for (const delayMs of waits.take()) yield { type: "retry", delayMs };
      if (step === undefined) continue;
      if (step.done === true) break;
      heard += 1;
      yield { type: "event", event: parseThreadEvent(step.value) };
      pending = next();
    }
    if (output?.tooMuch !== undefined) throw output.tooMuch;
    if (heard === 0) throw new ForeignProgramError(codexPath);
  } catch (error) {
    // Node reports why it could not start a process a moment after the SDK has missed its pipes.
    await nextTick();
    if (owned?.startError !== undefined) throw owned.startError;
    if (output?.tooMuch !== undefined) throw output.tooMuch;
    // A Codex that fails before its first event prints a reason and nothing else.
    const isForeign = heard === 0 && (output?.skippedLines ?? 0) > 0 && owned?.stderrTail === "";
    if (isForeign) throw new ForeignProgramError(codexPath, { cause: error });
    const end = owned?.end;
    if (error instanceof ForeignProgramError || end === undefined || end.exitCode === 0)
      throw error;
    // The SDK's sentence holds no more than the exit code, the signal and standard error.
    yield { type: "exit", exit: { ...end, stderrTail: owned?.stderrTail ?? "" } };
  } finally {
    signal?.removeEventListener("abort", terminate);
    // In strict isolation Codex cannot start any process.
    if (mayStartOthers) await owned?.noteDescendants();
    if (signal?.aborted !== true) await owned?.leave();
    await events.return(undefined);
    owned?.watch();
    const pids = (await owned?.terminate()) ?? [];
    if (pids.length > 0) warn(describeSurvivors(pids));
    onStderr(owned?.stderrTail ?? "");
  }
}
