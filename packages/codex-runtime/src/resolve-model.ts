import { RuntimeInputError } from "./runtime-input-error.ts";

/** The model behind the aliases `codex` and `default`; works with a ChatGPT plan and with an API key. */
export const defaultCodexModel = "gpt-5.5";

const aliases: ReadonlySet<string> = new Set(["codex", "default"]);
const codexModelId = /^(?:gpt|codex)-\S+$/;

export interface ResolveModelInput {
  /** Role → model id; `default` serves every role without a slot of its own. */
  readonly modelSlots: ModelSlots;
  readonly role: string;
  /** A custom endpoint names its models itself, so any id is allowed there. */
  readonly customEndpoint: boolean;
}

/** Role → model id or alias. */
export type ModelSlots = { readonly default: string } & Readonly<Partial<Record<string, string>>>;

/**
 * The model id that a role runs on.
 *
 * @throws {RuntimeInputError} `unsupported-model` for an id that Codex does not take.
 */
export function resolveModel({ modelSlots, role, customEndpoint }: ResolveModelInput): string {
  return checkModel(modelSlots[role] ?? modelSlots.default, { customEndpoint });
}

/**
 * The id that an alias stands for, or the id itself.
 *
 * @throws {RuntimeInputError} `unsupported-model` for an id that Codex does not take.
 */
export function checkModel(id: string, options: { readonly customEndpoint: boolean }): string {
  const model = id.trim();
  if (aliases.has(model)) return defaultCodexModel;
  if (codexModelId.test(model) || (options.customEndpoint && model !== "")) return model;
  throw new RuntimeInputError(
    "unsupported-model",
    `Unsupported Codex model "${id}". Expected "codex", "default", or an id that begins with "gpt-" ` +
      `or "codex-". Change the model slot, or give an \`endpoint\` that serves this model.`,
  );
}
