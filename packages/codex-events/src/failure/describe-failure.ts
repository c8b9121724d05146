import type { FailureKind } from "./failure-kinds.ts";

/** The reader of a next step: a user of `ktx`, or a program that has a Codex of its own. */
export type AdviceSurface = "cli" | "api";

/** The parts of a failure that decide the next step. */
export interface AdvisedFailure {
  readonly kind: FailureKind;
  /** That of an `auth` failure changes the step; any other is ignored. */
  readonly problem?: string | undefined;
}

/**
 * The user's next step, by the kind of the failure and, for a sign-in, its problem. The failure's own `message` gives
 * the facts.
 *
 * @param surface `cli` names commands of `ktx`. @default "api"
 */
export function describeFailure(failure: AdvisedFailure, surface: AdviceSurface = "api"): string {
  const { kind, problem } = failure;
  if (kind === "auth" && problem === "credentials-in-keyring")
    return `Set \`cli_auth_credentials_store = "file"\` in the config.toml of that Codex home, then run \`${logins[surface]}\` again.`;
  if (kind === "auth" && problem === "sign-in-unreadable")
    return "Check CODEX_HOME, and the owner and mode of its folders.";
  return (surface === "cli" ? cliSteps[kind] : undefined) ?? nextSteps[kind];
}

const logins: Readonly<Record<AdviceSurface, string>> = { cli: "ktx login", api: "codex login" };

/** Where the command differs, since a user of `ktx` need not have `codex`. */
const cliSteps: Readonly<Partial<Record<FailureKind, string>>> = {
  auth: "Authenticate Codex: run `ktx login`, or name a variable with an API key in llm.provider.codex.api_key_env.",
  process: "Try again; if Codex ends again, run `ktx status`.",
  "codex-config":
    "Correct what the message names. If that does not help, reinstall ktx, which brings its own Codex.",
};

const nextSteps: Readonly<Record<FailureKind, string>> = {
  auth: "Authenticate Codex: run `codex login`, or set the environment variable that holds your API key.",
  "model-unavailable":
    "Choose a model that this account may use, and set it as `llm.models.default`.",
  "usage-limit": "Wait until the limit resets, buy credits, or use an API key.",
  "rate-limit": "Wait a moment and try again, with fewer runs at once.",
  "context-length": "Send less: a shorter prompt, smaller tool results, or a new conversation.",
  "invalid-output-schema": "Simplify the output schema at the place that the message names.",
  "invalid-request":
    "Correct the request as the message says; trying again unchanged will not help.",
  "content-policy": "Rephrase the prompt; the service declined its content.",
  "incomplete-response":
    "Ask for a shorter answer, or split the task: the output limit was reached.",
  "tool-server": "Check that the MCP server named in the message is running and admits Codex.",
  "thread-unavailable": "Look up the kept threads with `ktx threads`, or open a new one.",
  "codex-config": "Correct what the message names. If that does not help, reinstall Codex.",
  network: "Check the network, the proxy and the address of the model service, then try again.",
  "stream-disconnected": "Try again; the connection to the model service was lost.",
  server: "Try again later, or choose another model: the model service is failing or overloaded.",
  "empty-turn": "Try again, or rephrase the prompt: the model ended its turn without an answer.",
  timeout: "Raise the time limit, or give the run a smaller task.",
  process: "Try again; if Codex ends again, run `codex doctor`.",
  aborted: "Nothing to do: the caller stopped the run.",
  unknown: "Read the message. If it does not help, run again and read the raw text.",
};
