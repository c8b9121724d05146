import type { Patch } from "../reconcile/patch.ts";
import { defaultStepBudget, type IngestStage } from "./ingest-stage.ts";
import { runUnit } from "./run-unit.ts";
import { runUnits, type UnitsEnd } from "./run-units.ts";
import { openSnapshot } from "./wiki-snapshot.ts";

/** Asks the model about each part of the sources that is not done yet. */
export async function extractUnits(stage: IngestStage): Promise<UnitsEnd> {
  const { options, prepared, recipes, store, packer, workers, now, startedAtMs } = stage;
  const { projectDir, runtime, stepBudget = defaultStepBudget, onlyFailed = false } = options;
  const { plan, sources, files } = prepared;
  await using wiki = await openSnapshot({ projectDir, texts: files.texts, startedAtMs });
  const units = new Map(plan.units.map((unit) => [unit.key, unit]));
  const lengthOf = (path: string): number => sources.get(path)?.lines.length ?? 0;
  return await runUnits<Patch>({
    units: [...units.values()].map((unit) => {
      const { key, source, from, to, tokens } = unit;
      return {
        key,
        name: from === 1 && to === lengthOf(source) ? source : `${source}:${from}-${to}`,
        weight: tokens,
        ...(packer !== undefined && { pack: () => packer.read(unit) }),
      };
    }),
    run: async ({ key }, { signal, onStep }) => {
      const unit = units.get(key);
      const lines = sources.get(unit?.source ?? "")?.lines;
      if (unit === undefined || lines === undefined) throw new Error(`Unit ${key} has no source.`);
      const { text: prompt } = recipes.unit;
      return await runUnit({ unit, lines, wiki, runtime, prompt, stepBudget, signal, onStep, now });
    },
    store,
    options,
    tokens: options.tokenBudget,
    onlyFailed,
    workers: workers && { ...workers, label: `${workers.label}: sources to read` },
  });
}
