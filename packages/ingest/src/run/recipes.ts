import type { IngestModels } from "../ingest-options.ts";
import type { UnitRecipe } from "../plan/unit-key.ts";
import { hashSetTools } from "../reconcile/run-set.ts";
import { loadPrompt } from "./prompts.ts";
import { hashUnitTools } from "./unit-tools.ts";

export interface Recipes {
  readonly unit: UnitRecipe & { readonly text: string };
  readonly set: UnitRecipe & { readonly text: string };
}

/** Everything besides the texts that results depend on, and the prompts. */
export async function loadRecipes({ extract, reconcile }: IngestModels): Promise<Recipes> {
  const [unit, set] = await Promise.all([loadPrompt("unit"), loadPrompt("reconcile")]);
  return {
    unit: { text: unit.text, prompt: unit.hash, tools: hashUnitTools(), model: extract },
    set: { text: set.text, prompt: set.hash, tools: hashSetTools(), model: reconcile },
  };
}
