import type { CodexModel } from "@ktx/codex-runtime";

/** The place of a model among the others. */
export type ModelStanding =
  /** The one to take without a reason for another. */
  | "recommended"
  | "current"
  /** Codex names a successor. */
  | "retired"
  /** Codex does not offer it in its own picker. */
  | "hidden";

export interface StandingModel<Model extends CodexModel = CodexModel> {
  readonly model: Model;
  readonly standing: ModelStanding;
  /** Its purpose, as every command says it; a sentence, or empty. */
  readonly purpose: string;
}

/**
 * The models in the order in which people choose: the recommended one, the current ones in Codex's order, the retired
 * and the hidden ones. Recommended is the default of ktx, or the first of Codex where it does not list that. Pure.
 *
 * @param defaultModel undefined where another service is used, of whose models nothing is known: none is recommended.
 */
export function arrangeModels<Model extends CodexModel>(
  models: readonly Model[],
  defaultModel: string | undefined,
): readonly StandingModel<Model>[] {
  const isChoice = ({ listed, successor }: CodexModel): boolean =>
    listed && successor === undefined;
  const recommended =
    defaultModel === undefined
      ? undefined
      : (models.find(({ id }) => id === defaultModel) ?? models.find(isChoice) ?? models.at(0));
  const standingOf = (model: Model): ModelStanding => {
    if (model === recommended) return "recommended";
    if (!model.listed) return "hidden";
    return model.successor === undefined ? "current" : "retired";
  };
  return models
    .map((model) => ({
      model,
      standing: standingOf(model),
      purpose: model.id === defaultModel ? defaultPurpose(model) : model.description,
    }))
    .toSorted((one, other) => order[one.standing] - order[other.standing]);
}

const order: Readonly<Record<ModelStanding, number>> = {
  recommended: 0,
  current: 1,
  retired: 2,
  hidden: 3,
};

/** Codex describes its age; a reader of a default wants the reason for it. */
function defaultPurpose({ successor }: CodexModel): string {
  const newer = successor === undefined ? "" : ` Newer, where your account has it: ${successor}.`;
  return `${whyDefault}${newer}`;
}

/** The reason for the default of ktx. */
const whyDefault = "The default of ktx: it works with a ChatGPT plan and with an API key.";
