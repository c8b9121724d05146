import { checkModel, defaultCodexModel } from "@ktx/codex-runtime";
import {
  ConfigError,
  type ConfigProblem,
  type ConfigWriting,
  describeProblem,
  writeConfig,
} from "@ktx/config";
import { CliError, usageError } from "../cli-error.ts";
import { type CliIo, Interruption } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { type Project, openProject } from "../project/read-project.ts";
import { checkEffort } from "../project/check-effort.ts";
import { signIn, type SignInInput } from "../sign-in/codex-login.ts";
import { printText } from "../terminal/print.ts";
import { type Access, accessOf } from "./access.ts";
import type { LoginWay } from "./ask-access.ts";
import { describeIdProblem } from "./check-answers.ts";
import { describeProbe } from "./ask-endpoint.ts";
import { findMissing, type Missing } from "./find-missing.ts";
import { probeEndpoint } from "./probe-endpoint.ts";
import { buildChanges, type SetupAnswers } from "./setup-answers.ts";
import { readGiven, type SetupFlags } from "./setup-flags.ts";

/** The result of setup; the object that `ktx setup --json` prints. */
export interface SetupReport {
  readonly version: 1;
  readonly configFile: string;
  readonly outcome: ConfigWriting;
  readonly backend: SetupAnswers["backend"];
  /** The value of `llm.models.default`; null without a backend. */
  readonly model: string | null;
  /** The origin of the model: a flag or an answer, the file, the endpoint, or the default; null without a backend. */
  readonly modelFrom: ModelOrigin | null;
  /** The first thing that a run still lacks, as `ktx status` says it; empty where nothing is known to be missing. */
  readonly missing: readonly Missing[];
  /** The next command, or the next step as a sentence. */
  readonly next: string;
}

/** The user has left the questions; nothing was written. */
export interface CancelledSetup {
  readonly cancelled: true;
  /** The state of the file, as a sentence. */
  readonly unwritten: string;
}

type ModelOrigin = "given" | "file" | "endpoint" | "default";

type Surroundings = Pick<CliIo, "cwd" | "env" | "signal" | "stderr">;

/** Setup without questions: a value without a flag stays as it is in the file. */
export async function setUp(flags: SetupFlags, io: Surroundings): Promise<SetupReport> {
  const given = readGiven(flags);
  const { login, probe = false } = flags;
  const project = await openProject(flags.projectDir, io);
  checkChangeable(project);
  if (given.model !== undefined)
    checkChosenModel(given.model, given.access ?? accessOf(project.reading.written));
  if (login !== undefined)
    await beforeWriting(project, signIn({ action: "login", ...loginOptions[login] }, io), io);
  const { written } = project.reading;
  const backend = given.backend ?? written?.llm?.provider?.backend ?? "codex";
  const access = given.access ?? accessOf(written);
  if (backend === "none")
    return applySetup({ ...given, backend }, { project, origin: "default" }, io);
  const { model, origin } =
    given.model !== undefined
      ? ({ model: given.model, origin: "given" } as const)
      : await chooseModel(access, given.access !== undefined, { ...project, flags }, io);
  checkChosenModel(model, access);
  const answers = { ...given, backend, model };
  await checkChosenEffort(answers, project, io);
  const isUntried = access.kind === "endpoint" && origin !== "endpoint" && !probe;
  return applySetup(answers, { project, origin, probe, isUntried }, io);
}

/** Says that the file is as it was where the user interrupts work that comes before its writing. */
export async function beforeWriting<Result>(
  project: Project,
  work: Promise<Result>,
  { stderr }: Pick<CliIo, "stderr">,
): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof Interruption) printText(stderr, `${describeUnwritten(project)}\n`);
    throw error;
  });
}

/** The state of the file where setup ends without writing it, as a sentence. Pure. */
export function describeUnwritten({ discovery }: Pick<Project, "discovery">): string {
  return discovery.found ? "ktx.yaml is unchanged." : "No ktx.yaml was written.";
}

/** A key comes from stdin. */
const loginOptions = {
  chatgpt: {},
  device: { deviceAuth: true },
  "api-key": { withApiKey: true },
} satisfies Record<LoginWay, Omit<SignInInput, "action">>;

/** The file's model, where the access is the file's too; else the only one that the endpoint lists, or Codex's default. */
async function chooseModel(
  access: Access,
  isNew: boolean,
  { reading, flags }: Project & { readonly flags: SetupFlags },
  io: Surroundings,
): Promise<{ readonly model: string; readonly origin: ModelOrigin }> {
  const written = reading.written?.llm?.models?.default;
  const wasEndpoint = accessOf(reading.written).kind === "endpoint";
  const isEndpoint = access.kind === "endpoint";
  if (written !== undefined && (!isNew || (!isEndpoint && !wasEndpoint)))
    return { model: written, origin: "file" };
  if (!isEndpoint) return { model: defaultCodexModel, origin: "default" };
  return { model: await onlyModelOf(access, flags, io), origin: "endpoint" };
}

/** @throws {CliError} where the endpoint does not have exactly one model: none is assumed. */
async function onlyModelOf(
  access: Extract<Access, { readonly kind: "endpoint" }>,
  flags: SetupFlags,
  { env, signal }: Surroundings,
): Promise<string> {
  const { baseUrl, apiKeyEnv } = access;
  const apiKey = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
  const found = await probeEndpoint({ baseUrl, apiKey, signal });
  const what = "Expected --llm-model, since an endpoint has models of its own.";
  const typed = [
    ...(flags.endpoint === undefined ? [] : [`--endpoint ${flags.endpoint}`]),
    ...(flags.apiKeyEnv === undefined ? [] : [`--api-key-env ${flags.apiKeyEnv}`]),
  ].join(" ");
  const next = `Give it: ktx setup ${typed === "" ? "" : `${typed} `}--llm-model <id> --yes`;
  if (found.state !== "listed")
    throw usageError(what, { why: describeProbe(found, access, { env }), next });
  const [only, ...others] = found.models;
  if (only !== undefined && others.length === 0) return only;
  const listed = found.models.slice(0, mostListed).join(", ") || "no model";
  const more = found.models.length - mostListed;
  const rest = more > 0 ? `, and ${more} more` : "";
  throw usageError(what, { why: `${baseUrl} lists ${listed}${rest}.`, next });
}

const mostListed = 10;

interface Occasion {
  readonly project: Project;
  readonly origin: ModelOrigin;
  /** True to try one turn once the file is written. */
  readonly probe?: boolean;
  /** True for a service that nobody has asked yet, so that the next step is to ask it. */
  readonly isUntried?: boolean;
}

/** Writes the answers into `ktx.yaml`. @throws {CliError} when the file cannot be changed. */
export async function applySetup(
  answers: SetupAnswers,
  { project, origin, probe = false, isUntried = false }: Occasion,
  io: Surroundings,
): Promise<SetupReport> {
  const { discovery, reading } = project;
  const { configFile, directory } = discovery;
  const changes = buildChanges(answers, reading.written);
  const outcome = await write(configFile, changes, io);
  const missing =
    answers.backend === "none" ? [] : await findMissing({ projectDir: directory, probe }, io);
  return {
    version: 1,
    configFile,
    outcome,
    backend: answers.backend,
    model: answers.backend === "none" ? null : (answers.model ?? null),
    modelFrom: answers.backend === "none" ? null : origin,
    missing,
    next: missing[0]?.next ?? nextCommand(answers, isUntried),
  };
}

function nextCommand({ backend }: SetupAnswers, isUntried: boolean): string {
  if (backend === "none") return "ktx demo";
  return isUntried ? "ktx status" : 'ktx run "Say hello"';
}

async function write(
  configFile: string,
  changes: ReturnType<typeof buildChanges>,
  { signal }: Surroundings,
): Promise<ConfigWriting> {
  try {
    return await writeConfig(configFile, changes, { signal });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw notChangeable(configFile, error.problems, { cause: error });
  }
}

/** @throws {CliError} for a file that is there and cannot be read, before anything is asked. */
export function checkChangeable({ discovery, reading: { written, problems } }: Project): void {
  const faults = problems.filter(
    ({ severity, code }) =>
      severity === "error" && code !== "file-missing" && code !== "file-empty",
  );
  if (written === undefined && faults.length > 0) throw notChangeable(discovery.configFile, faults);
}

function notChangeable(
  configFile: string,
  problems: readonly ConfigProblem[],
  options?: ErrorOptions,
): CliError {
  return new CliError(
    {
      what: `${configFile} cannot be changed.`,
      why: problems.map(describeProblem).join("\n"),
      next: "Correct the file, or move it away, then run `ktx setup` again.",
      exitCode: exitCodes.failed,
    },
    options,
  );
}

/** @throws {CliError} for no id; {RuntimeInputError} for one that Codex does not accept. An endpoint accepts any. */
export function checkChosenModel(model: string, access: Access): void {
  const problem = describeIdProblem(model);
  if (problem !== undefined) throw usageError(`--llm-model: ${problem}`);
  checkModel(model, { customEndpoint: access.kind === "endpoint" });
}

/** @throws {CliError} for an effort, of the answers or of the file, that the model does not list. */
export async function checkChosenEffort(
  { model, effort, access: given }: SetupAnswers,
  { reading: { written } }: Project,
  { env, signal }: Surroundings,
): Promise<void> {
  const access = given ?? accessOf(written);
  const reasoningEffort = effort ?? written?.llm?.reasoning_effort;
  if (access.kind === "endpoint" || model === undefined || reasoningEffort === undefined) return;
  const models = [checkModel(model, { customEndpoint: false })];
  await checkEffort({ models, reasoningEffort, env, signal });
}
