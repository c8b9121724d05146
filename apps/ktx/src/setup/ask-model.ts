import type { StandingModel } from "../project/arrange-models.ts";
import { back, cancelled, type Choice, goBack, type Prompter } from "./prompter.ts";

export interface AskModelInput {
  readonly prompter: Prompter;
  /** The models to choose from, the recommended one first; empty where none is known. */
  readonly choices: readonly Choice<string>[];
  /** The file's model, or the default; undefined for an endpoint whose models are not known. */
  readonly current: string | undefined;
  /** The fault of a model's id; undefined for a valid one. */
  readonly checkModel: (id: string) => string | undefined;
}

/** Asks for the model; where none is known, for its id. */
export async function askModel(
  input: AskModelInput,
): Promise<string | typeof back | typeof cancelled> {
  const { prompter, choices, current } = input;
  const known = choices.some(({ value }) => value === current);
  const options =
    current === undefined || known
      ? choices
      : [{ value: current, label: current, hint: "the current choice" }, ...choices];
  if (options.length === 0) return askId(input);
  for (;;) {
    const chosen = await prompter.select({
      message: "Which model, for every role without one of its own?",
      options: [...options, { value: otherModel, label: "another id …" }, goBack],
      initial: current ?? options[0]?.value,
    });
    if (chosen === cancelled) return cancelled;
    if (chosen === goBack.value) return back;
    if (chosen !== otherModel) return chosen;
    const id = await askId(input);
    if (id !== back) return id;
  }
}

async function askId({
  prompter,
  current,
  checkModel,
}: AskModelInput): Promise<string | typeof back | typeof cancelled> {
  const typed = await prompter.text({
    message: "The model's id (empty to go back)",
    ...(current !== undefined && { placeholder: current }),
    check: (answer) => (answer.trim() === "" ? undefined : checkModel(answer.trim())),
  });
  if (typed === cancelled) return cancelled;
  return typed.trim() === "" ? back : typed.trim();
}

/** No model id holds a space. */
const otherModel = "another id";

/** The models that Codex offers, in the order of `ktx models`. */
export function codexChoices(models: readonly StandingModel[]): readonly Choice<string>[] {
  return models.flatMap(({ model: { id, successor }, standing, purpose }) => {
    if (standing === "hidden") return [];
    const hint = standing === "retired" ? `retired; Codex advises ${successor}` : purpose;
    const label = standing === "recommended" ? `${id}, recommended` : id;
    return [{ value: id, label, hint }];
  });
}

/** The models that an endpoint lists. */
export function servedChoices(served: readonly string[]): readonly Choice<string>[] {
  return served.map((id) => ({ value: id, label: id }));
}
