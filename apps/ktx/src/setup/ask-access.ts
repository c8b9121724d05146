import type { SignIn } from "@ktx/codex-runtime";
import { hasStrayKey, setVariablesOf, strayKey } from "../advice/next-step.ts";
import { type Access, describeAccess, describeSignIn } from "./access.ts";
import { endpointPresets } from "./endpoint-presets.ts";
import { askEndpoint, type CheckedEndpoint, type EndpointScene } from "./ask-endpoint.ts";
import { describeNameProblem } from "./check-answers.ts";
import { back, cancelled, type Choice, type Prompter } from "./prompter.ts";

/** A way to sign in that Codex keeps. */
export type LoginWay = "chatgpt" | "device" | "api-key";

export interface AccessScene extends EndpointScene {
  readonly prompter: Prompter;
  readonly signIn: SignIn;
  /** The access that the file names; undefined where it names no backend. */
  readonly current: Access | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Signs in; the reason as text where that failed. */
  readonly logIn: (way: LoginWay, apiKey?: string) => Promise<LoginOutcome>;
}

export type LoginOutcome =
  | { readonly ok: true; readonly signIn: SignIn }
  | { readonly ok: false; readonly message: string };

/** The chosen access and what was learned on the way; `none` for no model at all. */
export type AccessAnswer =
  | { readonly access: "none" }
  | { readonly access: Access; readonly signIn: SignIn; readonly served?: readonly string[] };

/** Asks for the sign-in, or for another service, until one is chosen. */
export async function askAccess(scene: AccessScene): Promise<AccessAnswer | typeof cancelled> {
  scene.prompter.tell("step", describeScene(scene));
  for (;;) {
    const way = await scene.prompter.select<Way>({
      message: "Which sign-in should runs use?",
      options: listWays(scene),
    });
    if (way === cancelled) return cancelled;
    if (way === "none") return { access: "none" };
    const answer = await takeWay(way, scene);
    if (answer !== back) return answer;
  }
}

type Way =
  | "current"
  | "session"
  | LoginWay
  | "openai-key"
  | "variable"
  | "endpoint"
  | "later"
  | "none";

function describeScene({ signIn, env }: AccessScene): string {
  return [describeSignIn(signIn), ...(hasStrayKey(setVariablesOf(env)) ? [strayKey] : [])].join(
    "\n",
  );
}

/** The most likely first: what the file has, then what the machine has. */
function listWays({ signIn, current, env }: AccessScene): readonly Choice<Way>[] {
  const signedIn = ["chatgpt", "api-key", "environment-key"].includes(signIn.state);
  const named = current === undefined || current.kind === "session" ? undefined : current;
  return [
    ...(named === undefined
      ? []
      : [{ value: "current" as const, label: "as in ktx.yaml", hint: describeAccess(named) }]),
    ...(signedIn
      ? [{ value: "session" as const, label: "the one there is", hint: describeSignIn(signIn) }]
      : []),
    ...(hasStrayKey(setVariablesOf(env))
      ? [{ value: "openai-key" as const, label: "the API key in OPENAI_API_KEY" }]
      : []),
    { value: "chatgpt", label: "ChatGPT", hint: "opens a browser on this machine" },
    { value: "device", label: "ChatGPT, with a code", hint: "in a browser of any device" },
    { value: "api-key", label: "an OpenAI API key", hint: "pasted here; Codex stores it" },
    { value: "variable", label: "an OpenAI API key in a variable", hint: "ktx.yaml has its name" },
    {
      value: "endpoint",
      label: "another service",
      hint: `${endpointPresets.map(({ name }) => name).join(", ")}, or a URL`,
    },
    ...(signedIn ? [] : [{ value: "later" as const, label: "sign in later" }]),
    { value: "none", label: "no model", hint: "no command may use one" },
  ];
}

async function takeWay(
  way: Exclude<Way, "none">,
  scene: AccessScene,
): Promise<AccessAnswer | typeof back | typeof cancelled> {
  const { prompter, signIn, current } = scene;
  switch (way) {
    case "current":
      return current === undefined ? back : keepCurrent(current, scene);
    case "session":
    case "later":
      return { access: { kind: "session" }, signIn };
    case "openai-key":
      return { access: { kind: "api-key", apiKeyEnv: "OPENAI_API_KEY" }, signIn };
    case "chatgpt":
    case "device":
      return logIn(way, undefined, scene);
    case "api-key": {
      const key = await prompter.secret({
        message: "The API key (empty to go back)",
        check: (text) => (/^\S*$/.test(text.trim()) ? undefined : "A key holds no spaces."),
      });
      if (key === cancelled) return cancelled;
      return key.trim() === "" ? back : logIn(way, key.trim(), scene);
    }
    case "variable":
      return askVariable(scene);
    case "endpoint": {
      const endpoint = await askEndpoint(scene);
      return endpoint === cancelled || endpoint === back ? endpoint : answerOf(endpoint, signIn);
    }
    default:
      return way satisfies never;
  }
}

/** The endpoint of the file is asked for its models, as a new one is. */
async function keepCurrent(current: Access, { signIn, probe }: AccessScene): Promise<AccessAnswer> {
  if (current.kind !== "endpoint") return { access: current, signIn };
  const found = await probe(current);
  return {
    access: current,
    signIn,
    ...(found.state === "listed" && { served: found.models }),
  };
}

function answerOf({ endpoint, served }: CheckedEndpoint, signIn: SignIn): AccessAnswer {
  return { access: endpoint, signIn, served };
}

async function logIn(
  way: LoginWay,
  apiKey: string | undefined,
  { prompter, logIn: run }: AccessScene,
): Promise<AccessAnswer | typeof back> {
  if (way !== "api-key")
    prompter.tell("step", "Codex signs in below. Ctrl-C ends setup; ktx.yaml stays as it is.");
  const outcome = await run(way, apiKey);
  if (!outcome.ok) {
    prompter.tell("warning", outcome.message);
    return back;
  }
  prompter.tell("success", describeSignIn(outcome.signIn));
  return { access: { kind: "session" }, signIn: outcome.signIn };
}

async function askVariable({
  prompter,
  signIn,
  env,
}: AccessScene): Promise<AccessAnswer | typeof back | typeof cancelled> {
  const name = await prompter.text({
    message: "The name of the variable that holds the key (empty to go back)",
    placeholder: "CODEX_API_KEY",
    check: describeNameProblem,
  });
  if (name === cancelled) return cancelled;
  const apiKeyEnv = name.trim();
  if (apiKeyEnv === "") return back;
  if (!env[apiKeyEnv])
    prompter.tell("warning", `${apiKeyEnv} is not set here. Set it before the first run.`);
  return { access: { kind: "api-key", apiKeyEnv }, signIn };
}
