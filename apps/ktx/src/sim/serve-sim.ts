import { once } from "node:events";
import {
  answering,
  parseFaults,
  parseScript,
  recordedScript,
  type SimFaults,
  type SimScript,
  startCodexSim,
} from "@ktx/codex-sim";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { readGivenFile } from "../read-given-file.ts";

export interface SimInput {
  /** The path of a script as JSON. */
  readonly script?: string | undefined;
  /** The path of a recorded exchange with a service. */
  readonly recorded?: string | undefined;
  /** Plays the model of `ktx demo`, which takes plain sentences as claims. */
  readonly demo?: boolean | undefined;
  /** The path of a plan of faults as JSON. */
  readonly faults?: string | undefined;
  readonly port: number;
  /** Called once it listens. */
  readonly onStart: (baseUrl: string) => void;
}

/** Serves a stand-in for the model service until the user interrupts. Rejects with the reason of the signal. */
export async function serveSim(
  { script, recorded, demo = false, faults, port, onStart }: SimInput,
  io: Pick<CliIo, "cwd" | "signal">,
): Promise<void> {
  const given = [script !== undefined, recorded !== undefined, demo].filter(Boolean).length;
  if (given > 1)
    throw usageError("Expected one of --script, --recorded and --demo, got several.", {
      next: "Leave all but one out.",
    });
  const read = async <Value>(file: string, parse: (text: string) => Value): Promise<Value> => {
    try {
      return parse(await readGivenFile(file, io));
    } catch (error) {
      io.signal.throwIfAborted();
      throw usageError(`The file ${file} cannot be used.`, {
        why: error instanceof Error ? error.message : String(error),
        next: "Its form is in the README of @ktx/codex-sim.",
      });
    }
  };
  const plan: SimFaults | undefined =
    faults === undefined ? undefined : await read(faults, (text) => parseFaults(JSON.parse(text)));
  const replies: SimScript =
    script !== undefined
      ? await read(script, parseScript)
      : recorded !== undefined
        ? await read(recorded, recordedScript)
        : demo
          ? (await import("../demo/play-demo-model.ts")).playDemoModel
          : answering((_output, { prompt }) => `You said: ${prompt.trim()}`);
  await using sim = await startCodexSim({
    script: replies,
    port,
    ...(plan && { faults: plan }),
  }).catch((error: unknown) => {
    throw usageError(`Port ${port} cannot be taken.`, {
      why: error instanceof Error ? error.message : String(error),
      next: "Name another port, or leave --port out.",
    });
  });
  onStart(sim.baseUrl);
  if (!io.signal.aborted) await once(io.signal, "abort");
  io.signal.throwIfAborted();
}
