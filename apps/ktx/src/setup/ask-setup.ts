import type { CodexModel } from "@ktx/codex-runtime";
import type { IsolationMode, LlmBackend, TurnProbe, WrittenConfig } from "@ktx/config";
import { cancelled, type Choice, type Prompter } from "./prompter.ts";
import type { SetupAnswers } from "./setup-answers.ts";

export interface AskSetupInput {
  readonly prompter: Prompter;
  /** The present content of the file. */
  readonly written: WrittenConfig | undefined;
  /** The models of the installed Codex; empty where it does not list them. */
  readonly models: readonly CodexModel[];
  readonly defaultModel: string;
  /** The fault of a model's id; undefined for a valid one. */
  readonly checkModel: (id: string) => string | undefined;
  /** Runs one turn with the answers so far; undefined when that is not wanted or cannot succeed. */
  readonly tryTurn?: ((answers: SetupAnswers) => Promise<TurnProbe>) | undefined;
}

/** Asks until everything is answered and confirmed. Undefined when the user cancels. */
export async function askSetup(input: AskSetupInput): Promise<SetupAnswers | undefined> {
  let answers: Draft = {};
  let index = 0;
  while (index < questions.length) {
    const outcome = await questions[index]?.(input, answers);
    if (outcome === cancelled || outcome === undefined) return undefined;
    if (outcome === back) {
      index -= 1;
      // Without a backend, no question follows between the first and the last one.
      if (answers.backend === "none") index = 0;
      continue;
    }
    answers = { ...answers, ...outcome };
    index = answers.backend === "none" && index === 0 ? questions.length - 1 : index + 1;
  }
  const { backend = "none", model, isolation } = answers;
  return { backend, model, isolation };
}

type Draft = Partial<SetupAnswers>;
type Outcome = Draft | typeof back | typeof cancelled;
type Question = (input: AskSetupInput, answers: Draft) => Promise<Outcome>;

const back: unique symbol = Symbol("back");
const goBack: Choice<"back"> = { value: "back", label: "← back" };

const askBackend: Question = async ({ prompter, written }, answers) => {
  const backend = await prompter.select<LlmBackend>({
    message: "Which language model backend?",
    options: [
      { value: "codex", label: "codex", hint: "the Codex that is signed in on this machine" },
      { value: "none", label: "none", hint: "no command may use a model" },
    ],
    initial: answers.backend ?? written?.llm?.provider?.backend ?? "codex",
  });
  return backend === cancelled ? cancelled : { backend };
};

const askModel: Question = async (input, answers) => {
  const { prompter, written, models, defaultModel, checkModel } = input;
  const current = answers.model ?? written?.llm?.models?.default ?? defaultModel;
  const offered = models.filter(({ listed }) => listed);
  const choices = offered.map(({ id, description }) => ({
    value: id,
    label: id,
    hint: description,
  }));
  if (!choices.some(({ value }) => value === current))
    choices.unshift({ value: current, label: current, hint: "the current choice" });
  const chosen = await prompter.select({
    message: "Which model, for every role without one of its own?",
    options: [...choices, { value: otherModel, label: "another id …" }, goBack],
    initial: current,
  });
  if (chosen === cancelled) return cancelled;
  if (chosen === goBack.value) return back;
  if (chosen !== otherModel) return { model: chosen };
  const typed = await prompter.text({
    message: "The model's id (empty to go back)",
    placeholder: defaultModel,
    check: (answer) => (answer.trim() === "" ? undefined : checkModel(answer)),
  });
  if (typed === cancelled) return cancelled;
  return typed.trim() === "" ? askModel(input, answers) : { model: typed.trim() };
};

/** No model id holds a space. */
const otherModel = "another id";

const askIsolation: Question = async ({ prompter, written }, answers) => {
  prompter.explain("Isolation", isolationText);
  const isolation = await prompter.select<IsolationMode | "back">({
    message: "What may a run share with your own Codex?",
    options: [
      { value: "strict", label: "strict", hint: "the sign-in and nothing else; recommended" },
      { value: "host", label: "host", hint: "your Codex as it is" },
      goBack,
    ],
    initial: answers.isolation ?? written?.llm?.provider?.codex?.isolation ?? "strict",
  });
  if (isolation === cancelled) return cancelled;
  return isolation === "back" ? back : { isolation };
};

const isolationText = `strict: the model sees the tools of a run. To those, Codex adds its three readers of MCP resources, which find nothing. Your Codex configuration, AGENTS.md, MCP servers, skills, hooks and memories stay out, and so do Codex's other tools.
host: all of them come along in every run, which makes it larger, slower, and different on each machine.`;

const askTurn: Question = async ({ prompter, tryTurn }, answers) => {
  if (tryTurn === undefined) return {};
  const wanted = await prompter.select({
    message: "Run one turn now? It costs a few tokens.",
    options: [{ value: "yes", label: "yes" }, { value: "no", label: "no" }, goBack],
  });
  if (wanted === cancelled) return cancelled;
  if (wanted === "back") return back;
  if (wanted === "no") return {};
  const { backend = "none", model, isolation } = answers;
  const turn = await tryTurn({ backend, model, isolation });
  if ("ok" in turn && turn.ok) prompter.tell("success", `${model} answered.`);
  else if ("ok" in turn) prompter.tell("warning", `${turn.message}\n${turn.fix}`);
  return {};
};

const confirm: Question = async ({ prompter }, { backend, model, isolation }) => {
  const lines = [
    `llm.provider.backend: ${backend}`,
    ...(backend === "none" ? [] : [`llm.models.default: ${model}`, `isolation: ${isolation}`]),
  ];
  prompter.explain("ktx.yaml", lines.join("\n"));
  const write = await prompter.select({
    message: "Write this to ktx.yaml?",
    options: [{ value: "yes", label: "yes" }, goBack],
  });
  if (write === cancelled) return cancelled;
  return write === "back" ? back : {};
};

const questions: readonly Question[] = [askBackend, askModel, askIsolation, askTurn, confirm];
