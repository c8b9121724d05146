import { countOf } from "@ktx/config";
import { adviseStart } from "../advice/advise-connection.ts";
import type { Access } from "./access.ts";
import { describeNameProblem, describeUrlProblem } from "./check-answers.ts";
import { type EndpointPreset, endpointPresets, presetAt } from "./endpoint-presets.ts";
import { type EndpointProbe, trimBaseUrl } from "./probe-endpoint.ts";
import { back, cancelled, goBack, type Prompter } from "./prompter.ts";

export type EndpointAccess = Extract<Access, { readonly kind: "endpoint" }>;

export interface EndpointScene {
  readonly prompter: Prompter;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks the service for its models, which is free. */
  readonly probe: (endpoint: EndpointAccess) => Promise<EndpointProbe>;
}

/** An endpoint, with the models that it lists. */
export interface CheckedEndpoint {
  readonly endpoint: EndpointAccess;
  readonly served: readonly string[];
}

type Step = CheckedEndpoint | typeof back | typeof cancelled;

/** Asks for a service and its address until it answers, or the user takes it as it is. */
export async function askEndpoint(scene: EndpointScene): Promise<Step> {
  for (;;) {
    const chosen = await scene.prompter.select({
      message: "Which service?",
      options: [
        ...endpointPresets.map(({ id, name, baseUrl }) => ({
          value: id,
          label: name,
          hint: baseUrl,
        })),
        { value: "other", label: "another one", hint: "any URL that speaks the Responses API" },
        goBack,
      ],
    });
    if (chosen === cancelled) return cancelled;
    if (chosen === goBack.value) return back;
    const step = await askAddress(
      endpointPresets.find((preset) => preset.id === chosen),
      scene,
    );
    if (step !== back) return step;
  }
}

async function askAddress(preset: EndpointPreset | undefined, scene: EndpointScene): Promise<Step> {
  const { prompter } = scene;
  let initial = preset?.baseUrl;
  for (;;) {
    const typed = await prompter.text({
      message: "Its base URL (empty to go back)",
      ...(initial !== undefined && { initial }),
      check: (url) => (url.trim() === "" ? undefined : describeUrlProblem(trimBaseUrl(url))),
    });
    if (typed === cancelled) return cancelled;
    const baseUrl = trimBaseUrl(typed);
    if (baseUrl === "") return back;
    initial = baseUrl;
    const step = await askKey(baseUrl, preset, scene);
    if (step !== back) return step;
  }
}

async function askKey(
  baseUrl: string,
  preset: EndpointPreset | undefined,
  scene: EndpointScene,
): Promise<Step> {
  const { prompter } = scene;
  const name = await prompter.text({
    message: "The variable that holds its key",
    placeholder: "empty for no key",
    ...(preset?.apiKeyEnv !== undefined && { initial: preset.apiKeyEnv }),
    check: describeNameProblem,
  });
  if (name === cancelled) return cancelled;
  const apiKeyEnv = name.trim() === "" ? undefined : name.trim();
  return checkEndpoint({ kind: "endpoint", baseUrl, apiKeyEnv }, preset, scene);
}

async function checkEndpoint(
  given: EndpointAccess,
  preset: EndpointPreset | undefined,
  scene: EndpointScene,
): Promise<Step> {
  const { prompter, env, probe } = scene;
  for (;;) {
    const found = await probe(given);
    if (found.state === "listed") {
      prompter.tell("success", describeListed(found));
      return { endpoint: { ...given, baseUrl: found.baseUrl }, served: found.models };
    }
    prompter.tell("warning", describeProbe(found, given, { preset, env }));
    const next = await prompter.select({
      message: "Go on with it?",
      options: [
        { value: "again", label: "ask it again" },
        { value: "use", label: "use it as it is" },
        goBack,
      ],
    });
    if (next === cancelled) return cancelled;
    if (next === "back") return back;
    if (next === "use") return { endpoint: given, served: [] };
  }
}

function describeListed({ baseUrl, models }: Extract<EndpointProbe, { state: "listed" }>): string {
  const count = countOf(models.length, "model");
  return `${baseUrl} answers and lists ${models.length === 0 ? "no model" : count}.`;
}

/** The result of a probe without a list, and the next step. */
export function describeProbe(
  found: Exclude<EndpointProbe, { readonly state: "listed" }>,
  { baseUrl, apiKeyEnv }: EndpointAccess,
  {
    preset = presetAt(baseUrl),
    env,
  }: { readonly preset?: EndpointPreset | undefined } & Pick<EndpointScene, "env">,
): string {
  switch (found.state) {
    case "unreachable":
      return `${baseUrl} does not answer: ${found.reason}. ${adviseStart(baseUrl, "the URL", preset)}`;
    case "no-list":
      return `${baseUrl}/models answers with status ${found.status} and without a list of models. Correct the URL.`;
    case "key-refused":
      return `${baseUrl} answers with status ${found.status}. ${describeKey(apiKeyEnv, preset?.keyPage, env)}`;
    default:
      return found satisfies never;
  }
}

function describeKey(
  apiKeyEnv: string | undefined,
  keyPage: string | undefined,
  env: EndpointScene["env"],
): string {
  const create = keyPage === undefined ? "" : ` Keys are at ${keyPage}.`;
  if (apiKeyEnv === undefined) return `It needs a key: name the variable that holds it.${create}`;
  return env[apiKeyEnv]
    ? `It refuses the key in ${apiKeyEnv}.${create}`
    : `${apiKeyEnv} is not set here. Set it, then run \`ktx setup\` again.${create}`;
}
