import type { SignIn } from "@ktx/codex-runtime";
import type { IsolationMode, TurnProbe, WrittenConfig } from "@ktx/config";
import type { StandingModel } from "../project/arrange-models.ts";
import { accessOf, describeAccess, isAccessKnown } from "./access.ts";
import { type AccessScene, askAccess } from "./ask-access.ts";
import { askModel, codexChoices, servedChoices } from "./ask-model.ts";
import { describeIdProblem } from "./check-answers.ts";
import { back, cancelled, goBack } from "./prompter.ts";
import type { SetupAnswers } from "./setup-answers.ts";

export interface AskSetupInput extends Omit<AccessScene, "current"> {
  /** The present content of the file. */
  readonly written: WrittenConfig | undefined;
  /** The answers that the command line gave; they are not asked for. */
  readonly given: Partial<SetupAnswers>;
  /** The models that a given endpoint lists. */
  readonly served?: readonly string[] | undefined;
  /** The models of the installed Codex, the recommended one first; empty where it does not list them. */
  readonly models: readonly StandingModel[];
  readonly defaultModel: string;
  /** The fault of a model's id for Codex's own service; undefined for a valid one. */
  readonly checkModel: (id: string) => string | undefined;
  /** Runs one turn with the answers so far; undefined when that is not wanted. */
  readonly tryTurn?: ((answers: SetupAnswers) => Promise<TurnProbe>) | undefined;
}

/** Asks until everything is answered and confirmed. Undefined when the user cancels. */
export async function askSetup(input: AskSetupInput): Promise<SetupAnswers | undefined> {
  let draft: Draft = { signIn: input.signIn, served: input.served, ...input.given };
  /** The questions that were really asked. */
  const asked: number[] = [];
  let index = 0;
  while (index < questions.length) {
    const outcome = await questions[index]?.(input, draft);
    if (outcome === cancelled || outcome === undefined) return undefined;
    if (outcome === back) {
      index = asked.pop() ?? index;
      continue;
    }
    if (outcome !== notAsked) {
      asked.push(index);
      draft = { ...draft, ...outcome };
    }
    index += 1;
  }
  return answersOf(draft);
}

interface Draft extends Partial<SetupAnswers> {
  readonly signIn: SignIn;
  /** The models that the chosen endpoint lists. */
  readonly served?: readonly string[] | undefined;
}

const notAsked: unique symbol = Symbol("not asked");
type Outcome = Partial<Draft> | typeof notAsked | typeof back | typeof cancelled;
type Question = (input: AskSetupInput, draft: Draft) => Promise<Outcome>;

function answersOf({ backend = "codex", access, model, isolation, effort }: Draft): SetupAnswers {
  return { backend, access, model, isolation, effort };
}

const askSignIn: Question = async (input, draft) => {
  const { given, written } = input;
  if (given.access !== undefined || given.backend === "none") return notAsked;
  const current = draft.access ?? (written?.llm === undefined ? undefined : accessOf(written));
  const answer = await askAccess({ ...input, signIn: draft.signIn, current });
  if (answer === cancelled) return cancelled;
  if (answer.access === "none") return { backend: "none" };
  return { backend: "codex", ...answer, served: answer.served };
};

const askForModel: Question = async (input, draft) => {
  const { prompter, given, written, models, defaultModel, checkModel } = input;
  const { backend, access, served = [] } = draft;
  if (given.model !== undefined || backend === "none") return notAsked;
  const isEndpoint = (access ?? accessOf(written)).kind === "endpoint";
  const present = draft.model ?? written?.llm?.models?.default;
  const model = await askModel({
    prompter,
    choices: isEndpoint ? servedChoices(served) : codexChoices(models),
    current: isEndpoint
      ? fittingModel(present, served)
      : present !== undefined && checkModel(present) === undefined
        ? present
        : defaultModel,
    checkModel: isEndpoint ? describeIdProblem : checkModel,
  });
  return typeof model === "symbol" ? model : { model };
};

/** The file's model, unless the endpoint lists its models and has another one. */
function fittingModel(present: string | undefined, served: readonly string[]): string | undefined {
  return present === undefined || served.length === 0 || served.includes(present)
    ? present
    : served[0];
}

const askIsolation: Question = async ({ prompter, given, written }, { backend, isolation }) => {
  if (given.isolation !== undefined || backend === "none") return notAsked;
  prompter.explain("Isolation", isolationText);
  const chosen = await prompter.select<IsolationMode | "back">({
    message: "What may a run share with your own Codex?",
    options: [
      { value: "strict", label: "strict", hint: "the sign-in and nothing else; recommended" },
      { value: "host", label: "host", hint: "your Codex as it is" },
      goBack,
    ],
    initial: isolation ?? written?.llm?.provider?.codex?.isolation ?? "strict",
  });
  if (chosen === cancelled) return cancelled;
  return chosen === "back" ? back : { isolation: chosen };
};

const isolationText = `strict: the model sees your text and the tools of a run. Your Codex configuration, AGENTS.md, MCP servers, skills, hooks and memories stay out, and so do Codex's other tools. Over exec, Codex adds its three readers of MCP resources, which find nothing.
host: all of them come along in every run, which makes it larger, slower, and different on each machine.`;

/** A turn is offered only where an account is known that can pay for it. */
const askTurn: Question = async ({ prompter, tryTurn, written, env }, draft) => {
  const { backend, model, signIn, access = accessOf(written) } = draft;
  if (tryTurn === undefined || backend === "none") return notAsked;
  if (!isAccessKnown(access, signIn.state, env)) return notAsked;
  const wanted = await prompter.select({
    message: "Run one turn now? It costs a few tokens.",
    options: [{ value: "yes", label: "yes" }, { value: "no", label: "no" }, goBack],
  });
  if (wanted === cancelled) return cancelled;
  if (wanted === "back") return back;
  if (wanted === "no") return {};
  const turn = await tryTurn(answersOf(draft));
  if ("ok" in turn && turn.ok) prompter.tell("success", `${model} answered.`);
  else if ("ok" in turn) prompter.tell("warning", `${turn.message}\n${turn.fix}`);
  return {};
};

const confirm: Question = async ({ prompter, written }, draft) => {
  const { backend = "codex", access = accessOf(written), model, isolation, effort } = draft;
  const lines = [
    `llm.provider.backend: ${backend}`,
    ...(backend === "none"
      ? []
      : [
          `sign-in: ${describeAccess(access)}`,
          `llm.models.default: ${model}`,
          `isolation: ${isolation}`,
          ...(effort === undefined ? [] : [`llm.reasoning_effort: ${effort}`]),
        ]),
  ];
  prompter.explain("ktx.yaml", lines.join("\n"));
  const write = await prompter.select({
    message: "Write this to ktx.yaml?",
    options: [{ value: "yes", label: "yes" }, goBack],
  });
  if (write === cancelled) return cancelled;
  return write === "back" ? back : {};
};

const questions: readonly Question[] = [askSignIn, askForModel, askIsolation, askTurn, confirm];
