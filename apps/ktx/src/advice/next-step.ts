import { type AdvisedFailure, describeFailure } from "@ktx/codex-events";
import type { CodexSettings } from "@ktx/config";
import type { ConnectionFault } from "../network/find-connection-fault.ts";
import { describeSpan } from "../render/describe-time.ts";
import { adviseChat } from "./advise-chat.ts";
import { adviseConnection } from "./advise-connection.ts";

/** The values of a service that came from the command line, and not from `ktx.yaml`. */
export type GivenByFlag = Readonly<Partial<Record<"model" | "endpoint" | "apiKeyEnv", boolean>>>;

/** The waits of a command for the account's limits. */
export interface Patience {
  /** Milliseconds, as --wait gives them. */
  readonly waitMs: number;
  /**
   * True where each turn belongs to a thread that goes on: it is not repeated after a limit, and waits for one only
   * within its time limit.
   */
  readonly isHeld: boolean;
}

/** The service and the account of the model calls. */
export interface AdviceScene extends Pick<CodexSettings, "auth" | "endpoint"> {
  /** The names of the environment variables that are set and not empty. */
  readonly setVariables: ReadonlySet<string>;
  /** @default all of them come from the file */
  readonly given?: GivenByFlag;
  /** Absent for a command that does not wait for limits. */
  readonly patience?: Patience;
  /** True in an open chat, whose user sends the next prompt. @default false */
  readonly isChat?: boolean;
}

/** A failure of a service, with the facts of its answer. */
type ServiceFailure = AdvisedFailure & {
  readonly httpStatus?: number | undefined;
  /** The text of Codex, with the body of the answer. */
  readonly raw?: string;
  readonly retryAfterMs?: number;
  /** Of a usage limit: present where the service names the time. */
  readonly resetsAt?: object;
};

/**
 * The next step of a user of `ktx` after a failure: the same sentence in `ktx run`, `ktx chat`, `ktx status` and
 * `ktx setup`. Pure.
 *
 * @param scene without it, the step holds for any account.
 * @param fault of the connection, where it is known.
 */
export function nextStep(
  failure: ServiceFailure,
  scene?: AdviceScene,
  fault?: ConnectionFault,
): string {
  const { kind, retryAfterMs } = failure;
  if (kind === "rate-limit" && retryAfterMs !== undefined)
    return `Try again in ${describeSpan(retryAfterMs)}.`;
  return (scene && stepOfScene(failure, scene, fault)) ?? describeFailure(failure, "cli");
}

function stepOfScene(
  failure: ServiceFailure,
  scene: AdviceScene,
  fault: ConnectionFault | undefined,
): string | undefined {
  const { kind, problem } = failure;
  const ofChat = scene.isChat === true ? adviseChat(kind, scene) : undefined;
  if (ofChat !== undefined) return ofChat;
  if (kind === "usage-limit") return adviseQuota(failure, scene);
  if (kind === "invalid-request") return advisePath(failure, scene);
  if (kind === "model-unavailable") return adviseModel(scene);
  if (kind === "network") return adviseConnection(scene, fault);
  if (kind === "stream-disconnected") return adviseStream(scene, fault);
  return kind === "auth" ? adviseKey(scene, problem) : undefined;
}

/**
 * A key has no plan, and a service without one has no other account. A limit of time names its reset; a prepaid balance
 * that is used up has none.
 */
function adviseQuota({ resetsAt }: ServiceFailure, { auth }: AdviceScene): string | undefined {
  if (auth.kind === "session") return undefined;
  if (resetsAt === undefined)
    return "Buy credits if a prepaid balance is used up, since it does not reset; else try again later.";
  return auth.kind === "none"
    ? "Wait until the limit resets."
    : "Wait until the limit resets, or buy credits.";
}

/**
 * A service without anything at this path, or without anything there that takes a POST. A gateway refuses some requests
 * with 404, too, but with no web page.
 */
function advisePath(
  { httpStatus, raw = "" }: ServiceFailure,
  scene: AdviceScene,
): string | undefined {
  if (scene.endpoint === undefined || (httpStatus !== 404 && httpStatus !== 405)) return undefined;
  if (/(?:^|: )\s*<(?:!doctype|html|head|body)\b/i.test(raw)) return adviseBaseUrl(scene);
  return `Correct the request as the message says, or set ${urlPlaceOf(scene)} to the base URL of a model service.`;
}

function adviseBaseUrl(scene: AdviceScene): string | undefined {
  if (scene.endpoint === undefined) return undefined;
  return `Set ${urlPlaceOf(scene)} to the base URL of a model service.`;
}

/** Any page that answers with status 200 ends so, too. */
function adviseStream(scene: AdviceScene, fault: ConnectionFault | undefined): string | undefined {
  if (scene.endpoint === undefined) return undefined;
  if (fault?.cause === "web-page") return adviseBaseUrl(scene);
  return `Try again. If it ends so each time, check that ${urlPlaceOf(scene)} is the base URL of a model service.`;
}

function urlPlaceOf({ given }: AdviceScene): string {
  return given?.endpoint === true ? "--endpoint" : "llm.provider.codex.endpoint.base_url";
}

function adviseModel({ endpoint, given }: AdviceScene): string {
  if (given?.model === true)
    return endpoint === undefined
      ? "Give --model an available model; `ktx models` lists them."
      : "Give --model a model that the endpoint serves.";
  return endpoint === undefined
    ? "Set llm.models.default in ktx.yaml to an available model; `ktx models` lists them."
    : "Set llm.models.default in ktx.yaml to a model that the endpoint serves.";
}

function adviseKey(
  { auth, setVariables, given }: AdviceScene,
  problem: AdvisedFailure["problem"],
): string | undefined {
  switch (auth.kind) {
    case "api-key":
      return setVariables.has(auth.apiKeyEnv)
        ? `Set ${auth.apiKeyEnv} to a key that is valid.`
        : adviseMissing(auth.apiKeyEnv, setVariables);
    case "none":
      return given?.endpoint === true
        ? "Put the key into a variable and name it with --api-key-env."
        : "Put the key into a variable and name it in llm.provider.codex.endpoint.api_key_env.";
    case "session":
      return hasStrayKey(setVariables) && (problem === undefined || problem === "not-signed-in")
        ? `${strayKey} Run \`ktx login\`, or set llm.provider.codex.api_key_env to OPENAI_API_KEY.`
        : undefined;
    default:
      return auth satisfies never;
  }
}

function adviseMissing(apiKeyEnv: string, setVariables: ReadonlySet<string>): string {
  return apiKeyEnv === "CODEX_API_KEY" && hasStrayKey(setVariables)
    ? "OPENAI_API_KEY is set. Set CODEX_API_KEY, too, or set llm.provider.codex.api_key_env to OPENAI_API_KEY."
    : `Set ${apiKeyEnv} to the API key, or name another variable that holds it.`;
}

/** A key in `OPENAI_API_KEY` is often meant for Codex, which does not read it. */
export function hasStrayKey(setVariables: ReadonlySet<string>): boolean {
  return setVariables.has("OPENAI_API_KEY") && !setVariables.has("CODEX_API_KEY");
}

export const strayKey = "OPENAI_API_KEY is set, and Codex reads only CODEX_API_KEY.";

export function adviceScene(
  { auth, endpoint }: CodexSettings,
  env: Readonly<Record<string, string | undefined>>,
): AdviceScene {
  return { auth, endpoint, setVariables: setVariablesOf(env) };
}

/** The names of the variables that are set and not empty. */
export function setVariablesOf(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> {
  return new Set(Object.keys(env).filter((name) => env[name]?.trim()));
}
