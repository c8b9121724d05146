import type { UnitOutcome } from "@ktx/batch";
import type { AgentLoopStep, LlmRuntime } from "@ktx/codex-runtime";
import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import { checkClaimText, plainLine } from "../run/claim-text.ts";
import { numberLines, wrapData } from "../run/envelope.ts";
import { hashOf, type UnitRecipe } from "../plan/unit-key.ts";
import { outcomeOf } from "../run/loop-outcome.ts";
import { outcomeOfError } from "../run/outcome-of-error.ts";
import type { ConflictSet } from "./conflict-sets.ts";
import { type Decision, decisionSchema, findDecisionProblem } from "./decision.ts";
import { idsOf } from "./merge-claims.ts";

const sourceRange = z.object({
  source: z.string().max(1_000).describe("A source that a claim of the set cites."),
  from: z.int().min(1),
  to: z.int().min(1).describe("At most 200 lines at once."),
});

const descriptions = {
  set_read: "Reads the claims of the set, each with its id, page and cited lines.",
  source_read: "Reads lines of a source that a claim of the set cites.",
  set_decide: "Records the judgement. Each claim is in exactly one group.",
};

/** The hash of what the model is shown of the tools. A part of the key of each set. */
export function hashSetTools(): string {
  return hashOf(descriptions, z.toJSONSchema(sourceRange), z.toJSONSchema(decisionSchema));
}

/**
 * The key of a set: its claims with their lines, and everything else that the judgement depends on. Lines that moved are
 * the same lines, and it does not matter which claims stand in the wiki already.
 */
export function setKey(set: ConflictSet, { prompt, tools, model }: UnitRecipe): string {
  const said = [...idsOf(set).values()].map(({ page, section, text, citations }) => [
    page,
    section,
    text,
    citations.map(({ source, hash }) => [source, hash]),
  ]);
  return hashOf("set", said, prompt, tools, model);
}

export interface RunSetInput {
  readonly set: ConflictSet;
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly runtime: Pick<LlmRuntime, "runAgentLoop">;
  readonly prompt: string;
  readonly stepBudget: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: AgentLoopStep) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Asks the model about one conflict set. Nothing is written; without a valid judgement the attempt has failed. */
export async function runSet(input: RunSetInput): Promise<UnitOutcome<Decision>> {
  const { set, lines, runtime, prompt, stepBudget, signal, onStep, now } = input;
  let decision: Decision | undefined;
  const readOnly = { annotations: { readOnlyHint: true } };
  const sources = new Set(
    set.claims.flatMap(({ citations }) => citations.map(({ source }) => source)),
  );
  const toolSet: ToolSet = {
    set_read: defineTool({
      ...readOnly,
      name: "set_read",
      description: descriptions.set_read,
      inputSchema: z.object({}),
      execute: () => wrapData("claims", describeSet(set)),
    }),
    source_read: defineTool({
      ...readOnly,
      name: "source_read",
      description: descriptions.source_read,
      inputSchema: sourceRange,
      execute: ({ source, from, to }) => {
        const text = sources.has(source) ? lines.get(source) : undefined;
        if (text === undefined) throw new Error(`Expected one of ${[...sources].join(", ")}.`);
        return wrapData(source, numberLines(text, from, Math.min(to, from + 199)));
      },
    }),
    set_decide: defineTool({
      annotations: { idempotentHint: true },
      name: "set_decide",
      description: descriptions.set_decide,
      inputSchema: decisionSchema,
      execute: (given) => {
        const problem = findDecisionProblem([...idsOf(set).keys()], given);
        if (problem !== undefined) throw new Error(problem);
        decision = { groups: given.groups.map(cleanGroup) };
        return "Recorded.";
      },
    }),
  };
  const asked = runtime.runAgentLoop({
    modelRole: "reconcile",
    systemPrompt: prompt,
    userPrompt: `Compare the ${set.claims.length} claims of your set.`,
    toolSet,
    stepBudget,
    announceBudget: true,
    onToolFailure: "continue",
    abortSignal: signal,
    onStepFinish: onStep,
  });
  // It rejects where no run could start.
  const loop = await asked.catch((error: unknown) => {
    signal.throwIfAborted();
    return outcomeOfError(error, now());
  });
  if ("type" in loop) return loop;
  return outcomeOf<Decision>(
    loop,
    now(),
    () => decision ?? { problem: "The model ended without a judgement." },
  );
}

/** The model's own texts hold nothing but text. @throws {Error} for one that does not, which the model reads. */
function cleanGroup({
  text,
  note,
  ...group
}: Decision["groups"][number]): Decision["groups"][number] {
  const checked = text === undefined ? undefined : checkClaimText(text);
  if (checked !== undefined && "problem" in checked) throw new Error(checked.problem);
  return {
    ...group,
    ...(checked !== undefined && { text: checked.text }),
    ...(note !== undefined && { note: plainLine(note, 500) }),
  };
}

function describeSet(set: ConflictSet): string {
  return [...idsOf(set)]
    .map(([id, { page, section, text, citations }]) => {
      const cited = citations.map(({ source, from, to }) => `${source}:${from}-${to}`).join(", ");
      return `${id} | ${page} | ${section} | ${text} | cites ${cited}`;
    })
    .join("\n");
}
