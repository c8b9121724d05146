import type { AgentLoopStep, LlmRuntime } from "@ktx/codex-runtime";
import type { UnitOutcome } from "@ktx/batch";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import { type Patch, shiftPatch } from "../reconcile/patch.ts";
import { outcomeOf } from "./loop-outcome.ts";
import { outcomeOfError } from "./outcome-of-error.ts";
import { createUnitTools } from "./unit-tools.ts";
import type { WikiSnapshot } from "./wiki-snapshot.ts";

export interface RunUnitInput {
  readonly unit: PlannedUnit;
  readonly lines: readonly string[];
  readonly wiki: WikiSnapshot;
  readonly runtime: Pick<LlmRuntime, "runAgentLoop">;
  readonly prompt: string;
  readonly stepBudget: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: AgentLoopStep) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Runs the model on one part of one source. What it asks to change is the result, with citations that count from the
 * start of the part; nothing is written.
 */
export async function runUnit(input: RunUnitInput): Promise<UnitOutcome<Patch>> {
  const { unit, lines, wiki, runtime, prompt, stepBudget, signal, onStep, now } = input;
  const { toolSet, patch, reads } = createUnitTools({ unit, lines, wiki });
  const asked = runtime.runAgentLoop({
    modelRole: "extract",
    systemPrompt: prompt,
    // The name of a file is data, too: JSON keeps it in one line and within quotes.
    userPrompt: `Your source is the file ${JSON.stringify(unit.source)} of kind ${unit.kind}. Your part is lines ${unit.from} to ${unit.to}.`,
    toolSet,
    stepBudget,
    announceBudget: true,
    onToolFailure: "continue",
    telemetryTags: { unit: unit.key },
    abortSignal: signal,
    onStepFinish: onStep,
  });
  // It rejects where no run could start.
  const loop = await asked.catch((error: unknown) => {
    signal.throwIfAborted();
    return outcomeOfError(error, now());
  });
  if ("type" in loop) return loop;
  const refused = loop.toolFailures.findLast(({ tool }) => writing.has(tool));
  return outcomeOf<Patch>(loop, now(), () => {
    if (reads() === 0) return { problem: "The model ended without reading its source." };
    // A model that wrote nothing has found nothing; one that could not write has.
    if (patch.pages.length + patch.notes.length === 0 && refused !== undefined)
      return { problem: `Nothing that the model wrote could stand: ${refused.message}` };
    return shiftPatch(patch, 1 - unit.from);
  });
}

/** The tools that write into the patch. */
const writing: ReadonlySet<string> = new Set(["page_write", "page_note_contradiction"]);
