import {
  CodexKtxLlmRuntime,
  defaultCodexModel,
  probeCodex,
  readCodexVersion,
  readModels,
  readSignIn,
  type SignIn,
  testedCodexVersions,
} from "@ktx/codex-runtime";
import {
  assessStatus,
  type CheckId,
  type IsolationProbe,
  type LimitsProbe,
  type NotRun,
  type SignInProbe,
  type StatusInput,
  type StatusReport,
  type TurnProbe,
} from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { adviceScene, nextStep, setVariablesOf } from "../advice/next-step.ts";
import { askLimits } from "./ask-limits.ts";
import { describeProbe } from "./describe-probe.ts";
import { findServiceUrl } from "./find-service-url.ts";
import { readProject } from "./read-project.ts";
import { buildLlmOptions, type CodexConfig } from "./resolve-llm.ts";

export interface ReadStatusInput {
  readonly projectDir?: string | undefined;
  /** True to run one turn, which costs a few tokens. */
  readonly probe: boolean;
  /** False to leave the account unasked, which needs the network. @default true */
  readonly limits?: boolean;
  /** True where a person may be asked: the advice is what one types. @default false */
  readonly isInteractive?: boolean;
  /** Called when the turn begins. */
  readonly onProbe: (model: string) => void;
}

type Surroundings = Pick<CliIo, "cwd" | "env" | "signal">;

/** The time limit of a probe turn; shorter than that of a run, so that a service that is down is reported soon. */
const probeTimeoutMs = 60_000;

/** Checks everything that a run of this project needs. */
export async function readStatus(input: ReadStatusInput, io: Surroundings): Promise<StatusReport> {
  const { discovery, reading } = await readProject(input.projectDir, io);
  const llm = reading.config?.llm;
  const codex = llm?.backend === "codex" ? llm : undefined;
  const probes =
    codex === undefined
      ? nothingAsked
      : await askCodex(codex, discovery.directory, io, input.limits ?? true);
  const unprobed: StatusInput = {
    project: discovery,
    reading,
    setVariables: setVariablesOf(io.env),
    signInAdvice: adviseSignIn(probes.signIn, codex, io.env),
    ...(input.isInteractive === true && { setupCommand: "ktx setup" }),
    modelAliases: { codex: defaultCodexModel, default: defaultCodexModel },
    testedCodexVersions,
    turn: notRun("Left out with --no-probe."),
    ...probes,
  };
  if (!input.probe || codex === undefined || !isWorthATurn(unprobed)) return assessStatus(unprobed);
  input.onProbe(codex.models.default);
  return assessStatus({ ...unprobed, turn: await tryTurn(codex, discovery.directory, io) });
}

/** The next step where the account cannot be used. */
function adviseSignIn(
  signIn: SignIn | NotRun,
  llm: CodexConfig | undefined,
  env: CliIo["env"],
): string {
  const problem = signIn.state === "unreadable" && "problem" in signIn ? signIn.problem : undefined;
  const failure = { kind: "auth", ...(problem !== undefined && { problem }) } as const;
  return nextStep(failure, llm && adviceScene(llm.codex, env));
}

/** One minimal turn on the default model, by the same path as a run. */
export async function tryTurn(
  llm: CodexConfig,
  projectDir: string,
  { env, signal }: Pick<CliIo, "env" | "signal">,
): Promise<TurnProbe> {
  const llmOptions = buildLlmOptions(llm, env);
  const { modelSlots, scene, ...options } = llmOptions;
  const outcome = await probeCodex({
    ...options,
    model: modelSlots.default,
    projectDir,
    timeoutMs: probeTimeoutMs,
    abortSignal: signal,
  });
  if (outcome.outcome !== "failed") return describeProbe(outcome, scene);
  const { kind } = outcome.failure;
  if (kind === "stream-disconnected" && scene.endpoint !== undefined) {
    const { findWebPage } = await import("../network/find-web-page.ts");
    const url = URL.parse(scene.endpoint.baseUrl);
    return describeProbe(outcome, scene, url ? await findWebPage(url, { signal }) : undefined);
  }
  if (kind !== "network") return describeProbe(outcome, scene);
  const [{ findConnectionFault }, serviceUrl] = await Promise.all([
    import("../network/find-connection-fault.ts"),
    findServiceUrl(llmOptions, signal),
  ]);
  const fault = await findConnectionFault(new URL(serviceUrl), { env, signal });
  return describeProbe(outcome, scene, fault);
}

/** The sign-in of a run; the report itself checks a key that is named by its variable. */
function askSignIn(llm: CodexConfig, { env, signal }: Surroundings): Promise<SignIn | NotRun> {
  const { auth, isolation } = llm.codex;
  return auth.kind === "session"
    ? readSignIn({ env, isolation, abortSignal: signal })
    : Promise.resolve(notRun("The sign-in of Codex is not used."));
}

type CodexProbes = Pick<StatusInput, "codex" | "catalog" | "limits" | "isolation"> & {
  readonly signIn: SignIn | NotRun;
};

async function askCodex(
  llm: CodexConfig,
  projectDir: string,
  io: Surroundings,
  asksLimits: boolean,
): Promise<CodexProbes> {
  const options = { env: io.env, abortSignal: io.signal };
  const asking = askSignIn(llm, io);
  const [codex, catalog, signIn, limits, isolation] = await Promise.all([
    readCodexVersion(options),
    readModels(options),
    asking,
    asksLimits
      ? asking.then(({ state }) => limitsOf(state, llm, projectDir, io))
      : { state: "unknown" as const },
    askIsolation(llm, projectDir, io),
  ]);
  return { codex, catalog, signIn, limits, isolation };
}

/** Only a ChatGPT plan has limits that can be read without a turn. */
async function limitsOf(
  signIn: SignInProbe["state"],
  llm: CodexConfig,
  projectDir: string,
  { env, signal }: Surroundings,
): Promise<LimitsProbe> {
  if (signIn !== "chatgpt" || llm.codex.endpoint !== undefined) return { state: "unknown" };
  return askLimits({ ...buildLlmOptions(llm, env), projectDir }, signal);
}

/** The inputs that reach the model besides a run's own tools, by the files on this machine. */
async function askIsolation(
  llm: CodexConfig,
  projectDir: string,
  { env }: Surroundings,
): Promise<IsolationProbe> {
  await using runtime = new CodexKtxLlmRuntime({ ...buildLlmOptions(llm, env), projectDir });
  const { influences } = await runtime.describeIsolation();
  const getsIn = influences.map(({ path, brings }) => `${brings} (${path})`);
  return llm.codex.isolation === "strict"
    ? { state: "strict", getsIn }
    : {
        state: "host",
        getsIn: ["Codex's own instructions and tools, the shell among them", ...getsIn],
      };
}

/** A turn that must fail would add no information. */
function isWorthATurn(input: StatusInput): boolean {
  const needed: readonly CheckId[] = ["default-model", "codex-binary", "sign-in"];
  return assessStatus(input).checks.every(
    ({ id, outcome }) => !needed.includes(id) || outcome === "passed" || outcome === "warned",
  );
}

function notRun(reason: string): NotRun {
  return { state: "not-run", reason };
}

const withoutBackend = notRun("No backend is configured.");
const nothingAsked: CodexProbes = {
  codex: withoutBackend,
  catalog: withoutBackend,
  signIn: withoutBackend,
  limits: withoutBackend,
  isolation: withoutBackend,
};
