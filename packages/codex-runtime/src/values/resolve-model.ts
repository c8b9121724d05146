import { inspect } from "node:util";
import { slotOf } from "./resolve-role.ts";
import { RuntimeInputError } from "./runtime-input-error.ts";

/** The model of the aliases `codex` and `default`; works with a ChatGPT plan and with an API key. */
export const defaultCodexModel = "gpt-5.5";

const aliases: ReadonlySet<string> = new Set(["codex", "default"]);
const codexModelId = /^(?:gpt|codex)-\S+$/;

export interface ResolveModelInput {
  /** Role → model id; `default` serves every role without its own slot. */
  readonly modelSlots: ModelSlots;
  readonly role: string;
  /** A custom endpoint has its own model names, so it allows any id. */
  readonly customEndpoint: boolean;
}

/**
 * Role → model id or alias. A role without a slot, or with undefined for a model, runs on `default`. The names of the
 * slots are the roles that a runtime's methods accept.
 */
export type ModelSlots<Role extends string = string> = { readonly default: string } & {
  readonly [Name in Role]?: string | undefined;
};

/**
 * The model id that a role runs on.
 *
 * @throws {RuntimeInputError} `invalid-role` without a role; `unsupported-model` for an id that Codex does not accept.
 */
export function resolveModel({ modelSlots, role, customEndpoint }: ResolveModelInput): string {
  if (typeof role !== "string")
    throw new RuntimeInputError(
      "invalid-role",
      `Expected the role to be a string, got ${inspect(role, { depth: 0 })}. Write \`role: "default"\` (\`modelRole\` in an agent loop) for the default model.`,
    );
  return checkModel(slotOf(role, modelSlots) ?? modelSlots.default, { customEndpoint });
}

/** The supported ids of all slots, without duplicates. */
export function configuredModels(
  modelSlots: ModelSlots,
  options: { readonly customEndpoint: boolean },
): readonly string[] {
  const ids = Object.values(modelSlots).flatMap((id) => {
    const model = typeof id === "string" ? findModel(id, options) : undefined;
    return model === undefined ? [] : [model];
  });
  return [...new Set(ids)];
}

/**
 * The id of an alias, or the id itself.
 *
 * @throws {RuntimeInputError} `unsupported-model` for an id that Codex does not accept.
 */
export function checkModel(id: string, options: { readonly customEndpoint: boolean }): string {
  if (typeof id !== "string")
    throw new RuntimeInputError(
      "unsupported-model",
      `Expected a model id in the slot, such as "${defaultCodexModel}", got ${inspect(id, { depth: 0 })}. Set \`modelSlots.default\` and the role's slot to strings.`,
    );
  const model = findModel(id, options);
  if (model !== undefined) return model;
  throw new RuntimeInputError(
    "unsupported-model",
    `Unsupported Codex model "${id}". Expected "codex", "default", or an id that begins with "gpt-" ` +
      `or "codex-". Change the model slot, or give an \`endpoint\` that serves this model.`,
  );
}

function findModel(
  id: string,
  { customEndpoint }: { readonly customEndpoint: boolean },
): string | undefined {
  // The id goes into a catalog, which Codex cannot read with half a surrogate pair in it.
  const model = id.trim().toWellFormed();
  if (aliases.has(model)) return defaultCodexModel;
  return codexModelId.test(model) || (customEndpoint && model !== "") ? model : undefined;
}
