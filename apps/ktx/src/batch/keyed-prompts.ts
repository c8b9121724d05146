import type { Unit, UnitState, UnitStore } from "@ktx/batch";
import { compileOutputSchema, type OutputSchema } from "@ktx/codex-runtime";
import { resolveToolSet } from "@ktx/mcp-bridge";
import type { PreparedRun } from "../agent/prepare-run.ts";
import type { PromptCounts } from "./batch-input.ts";
import type { Prompt } from "./prompt.ts";
import { promptKey } from "./prompt-key.ts";

/** A prompt with the key of its unit. Several prompts may share one. */
export interface KeyedPrompt {
  readonly key: string;
  readonly prompt: Prompt;
}

/** @param shared what all prompts have; a prompt's own instructions replace `system`. */
export function keyPrompts(
  prompts: readonly Prompt[],
  shared: Pick<PreparedRun, "model" | "endpoint" | "toolSet"> & {
    readonly system: string | undefined;
    readonly schema: OutputSchema | undefined;
  },
): readonly KeyedPrompt[] {
  const { model, endpoint, system: common } = shared;
  const schema = shared.schema && compileOutputSchema(shared.schema).jsonSchema;
  const tools = resolveToolSet(shared.toolSet).map(({ listing }) => {
    const { name, description, inputSchema } = listing;
    return [name, description, inputSchema];
  });
  return prompts.map(({ id, text, system = common }) => ({
    key: promptKey({ prompt: text, system, model, endpoint, schema, tools }),
    prompt: { id, text, ...(system !== undefined && { system }) },
  }));
}

/** The unit of a prompt. All prompts of one service share its limits. */
export function toUnit(
  { key, prompt }: KeyedPrompt,
  { endpoint }: Pick<PreparedRun, "endpoint">,
): Unit<{ readonly prompt: string; readonly system: string | null }> {
  const { text, system = null } = prompt;
  return {
    key,
    group: endpoint ?? "account",
    payload: { prompt: text, system },
    weight: text.length,
  };
}

/** The states of the prompts, in their order; undefined for one that the store does not know. */
export async function statesOf(
  prompts: readonly KeyedPrompt[],
  store: Pick<UnitStore, "get">,
): Promise<readonly (UnitState | undefined)[]> {
  const states: (UnitState | undefined)[] = [];
  for (const { key } of prompts) states.push((await store.get([key]))[0]?.state);
  return states;
}

export function countPrompts(states: readonly (UnitState | undefined)[]): PromptCounts {
  const of = (wanted: UnitState): number => states.filter((state) => state === wanted).length;
  const [all, done, failed] = [states.length, of("done"), of("failed")];
  return { all, done, failed, waiting: all - done - failed };
}
