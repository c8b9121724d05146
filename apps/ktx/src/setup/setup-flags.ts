import { isolationModes, llmBackends } from "@ktx/config";
import { usageError } from "../cli-error.ts";
import type { Access } from "./access.ts";
import type { LoginWay } from "./ask-access.ts";
import { describeNameProblem, describeUrlProblem } from "./check-answers.ts";
import { endpointPresets } from "./endpoint-presets.ts";
import { trimBaseUrl } from "./probe-endpoint.ts";
import type { SetupAnswers } from "./setup-answers.ts";

/** The flags of `ktx setup`, as they were given. Each answers one question. */
export interface SetupFlags {
  readonly llmBackend?: string | undefined;
  readonly llmModel?: string | undefined;
  readonly login?: LoginWay | undefined;
  /** The word of a preset, or a URL. */
  readonly endpoint?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
  readonly isolation?: string | undefined;
  readonly effort?: string | undefined;
  /** False: no turn is offered. True: without questions, one turn is tried. */
  readonly probe?: boolean | undefined;
  readonly projectDir?: string | undefined;
}

/** The answers that the flags give. Pure. @throws {CliError} for a flag that answers nothing. */
export function readGiven(flags: SetupFlags): Partial<SetupAnswers> {
  refuseContradictions(flags);
  const access = readAccess(flags);
  const backend = flags.llmBackend ?? (access === undefined ? undefined : "codex");
  return {
    ...(backend !== undefined && { backend: oneOf("--llm-backend", llmBackends, backend) }),
    ...(access !== undefined && { access }),
    ...(flags.llmModel !== undefined && { model: flags.llmModel }),
    ...(flags.effort !== undefined && { effort: flags.effort }),
    ...(flags.isolation !== undefined && {
      isolation: oneOf("--isolation", isolationModes, flags.isolation),
    }),
  };
}

/** Flags of which one would have no effect. */
function refuseContradictions({ llmBackend, login, ...flags }: SetupFlags): void {
  const { endpoint, apiKeyEnv, llmModel, effort } = flags;
  const given = (...pairs: readonly (readonly [string, string | undefined])[]): string[] =>
    pairs.flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  const services = given(["--endpoint", endpoint], ["--api-key-env", apiKeyEnv]);
  const models = given(["--llm-model", llmModel], ["--effort", effort], ["--login", login]);
  const refuse = (flag: string, [other]: readonly string[]): void => {
    if (other === undefined) return;
    throw usageError(`Expected ${flag} without ${other}, got both.`, {
      next: `Leave out one of them.`,
    });
  };
  if (llmBackend === "none") refuse("--llm-backend none", [...services, ...models]);
  if (login !== undefined) refuse("--login", services);
}

function readAccess({ endpoint, apiKeyEnv, login }: SetupFlags): Access | undefined {
  if (apiKeyEnv !== undefined) check("--api-key-env", apiKeyEnv, describeNameProblem(apiKeyEnv));
  if (endpoint !== undefined) return readEndpoint(endpoint, apiKeyEnv);
  if (apiKeyEnv !== undefined) return { kind: "api-key", apiKeyEnv };
  return login === undefined ? undefined : { kind: "session" };
}

function readEndpoint(given: string, apiKeyEnv: string | undefined): Access {
  const preset = endpointPresets.find(({ id }) => id === given);
  const baseUrl = preset?.baseUrl ?? trimBaseUrl(given);
  const isWord = /^[\w.-]*$/.test(given);
  const words = endpointPresets.map(({ id }) => id).join(", ");
  if (preset === undefined && isWord)
    throw usageError(
      `Expected --endpoint to be a URL, or one of ${words}; got ${given || "nothing"}.`,
    );
  check("--endpoint", given, preset === undefined ? describeUrlProblem(baseUrl) : undefined);
  return { kind: "endpoint", baseUrl, apiKeyEnv: apiKeyEnv ?? preset?.apiKeyEnv };
}

function check(flag: string, given: string, problem: string | undefined): void {
  if (problem !== undefined || given.trim() === "")
    throw usageError(`${flag}: ${problem ?? "expected a value, got nothing."}`);
}

function oneOf<Name extends string>(flag: string, names: readonly Name[], given: string): Name {
  const name = names.find((known) => known === given);
  if (name !== undefined) return name;
  throw usageError(`Expected ${flag} to be one of ${names.join(", ")}; got ${given}.`, {
    next: `Leave it out for ${flag === "--llm-backend" ? "codex" : "strict"}.`,
  });
}
