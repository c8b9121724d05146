import type { HeldSet } from "../apply/conclude-ingest.ts";
import { defaultStepBudget, type IngestStage } from "../run/ingest-stage.ts";
import { runUnits, type UnitsEnd } from "../run/run-units.ts";
import { isPlainDecision } from "../workers/check-results.ts";
import type { ConflictSet } from "./conflict-sets.ts";
import { decisionSchema, findDecisionProblem } from "./decision.ts";
import { type DecidedSet, idsOf } from "./merge-claims.ts";
import { runSet, setKey } from "./run-set.ts";

export interface JudgedSets extends Pick<UnitsEnd, "ended" | "failure" | "tokens"> {
  readonly decided: readonly DecidedSet[];
  readonly held: readonly HeldSet[];
}

/** Asks the model about each conflict set. One without a whole judgement is held. */
export async function judgeSets(
  stage: IngestStage,
  sets: readonly ConflictSet[],
  extracted: Pick<UnitsEnd, "ended" | "tokens">,
): Promise<JudgedSets> {
  const { options, prepared, recipes, store, packer, workers, now } = stage;
  const { runtime, stepBudget = defaultStepBudget, tokenBudget, onEvent } = options;
  const byKey = new Map(sets.map((set) => [setKey(set, recipes.set), set]));
  const lines = new Map([...prepared.sources].map(([path, source]) => [path, source.lines]));
  onEvent?.({ type: "stage", stage: "reconcile", units: byKey.size });
  if (options.onlyFailed === true) await store.retry([...byKey.keys()]);
  const end = await runUnits({
    units: [...byKey].map(([key, set]) => ({
      key,
      name: `${set.claims.length} claims of ${set.claims[0]?.page ?? "a page"}`,
      weight: Math.ceil(set.claims.reduce((sum, { text }) => sum + text.length, 0) / 4),
      ...(packer !== undefined && { pack: () => packer.compare(set) }),
    })),
    run: async ({ key }, { signal, onStep }) => {
      const set = byKey.get(key);
      if (set === undefined) throw new Error(`Set ${key} is unknown.`);
      const { text: prompt } = recipes.set;
      return await runSet({ set, lines, runtime, prompt, stepBudget, signal, onStep, now });
    },
    store,
    options,
    tokens: tokenBudget === undefined ? undefined : tokenBudget - extracted.tokens,
    onlyFailed: false,
    keepPauses: extracted.ended === "limit",
    workers: workers && { ...workers, label: `${workers.label}: claims to compare` },
  });
  const decided: DecidedSet[] = [];
  const held: HeldSet[] = [];
  for (const [key, set] of byKey) {
    const decision = decisionSchema.safeParse(end.results.get(key));
    const isWhole =
      decision.success &&
      findDecisionProblem([...idsOf(set).keys()], decision.data) === undefined &&
      isPlainDecision(decision.data);
    const isOpen = !end.results.has(key) && !end.failures.has(key);
    const reason = isOpen
      ? "The run ended before the claims were compared."
      : (end.failures.get(key)?.message ?? "The model gave no whole judgement.");
    if (isWhole) decided.push({ set, decision: decision.data });
    else held.push({ set, key, reason, isOpen });
  }
  const { ended, failure, tokens } = end;
  return { ended, ...(failure !== undefined && { failure }), tokens, decided, held };
}
