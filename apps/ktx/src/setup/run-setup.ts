import { defaultCodexModel, findStartProblem, readModels, readSignIn } from "@ktx/codex-runtime";
import { resolveConfig, type TurnProbe } from "@ktx/config";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { arrangeModels } from "../project/arrange-models.ts";
import { type Project, openProject } from "../project/read-project.ts";
import { tryTurn } from "../project/read-status.ts";
import { startProgress } from "../render/progress.ts";
import { signIn } from "../sign-in/codex-login.ts";
import {
  applySetup,
  beforeWriting,
  type CancelledSetup,
  checkChangeable,
  checkChosenEffort,
  checkChosenModel,
  describeUnwritten,
  type SetupReport,
} from "./apply-setup.ts";
import type { LoginOutcome, LoginWay } from "./ask-access.ts";
import type { EndpointAccess } from "./ask-endpoint.ts";
import { askSetup } from "./ask-setup.ts";
import { type EndpointProbe, probeEndpoint } from "./probe-endpoint.ts";
import type { Prompter } from "./prompter.ts";
import { type SetupAnswers, withAnswers } from "./setup-answers.ts";
import { readGiven, type SetupFlags } from "./setup-flags.ts";

export interface RunSetupInput extends SetupFlags {
  readonly prompter: Prompter;
}

/** Setup with questions. */
export async function runSetup(
  { prompter, ...flags }: RunSetupInput,
  io: CliIo,
): Promise<SetupReport | CancelledSetup> {
  const project = await openProject(flags.projectDir, io);
  checkChangeable(project);
  const { written } = project.reading;
  const given = readGiven(flags);
  prompter.begin(`ktx setup · ${project.discovery.configFile}`);
  if (flags.login !== undefined)
    await beforeWriting(project, logIn(flags.login, undefined, io), io);
  const options = { env: io.env, abortSignal: io.signal };
  const [listing, account, probe] = await Promise.all([
    readModels(options),
    readSignIn(options),
    given.access?.kind === "endpoint" ? askModels(given.access, io) : undefined,
  ]);
  if (given.effort !== undefined) await checkKnownEffort(given, project, io);
  const models = arrangeModels(listing.state === "listed" ? listing.models : [], defaultCodexModel);
  const asking = askSetup({
    prompter,
    written,
    given: flags.login === undefined ? given : { access: { kind: "session" }, ...given },
    signIn: account,
    env: io.env,
    logIn: (way, key) => logIn(way, key, io),
    probe: (endpoint) => askModels(endpoint, io),
    ...(probe?.state === "listed" && { served: probe.models }),
    models,
    defaultModel: models[0]?.model.id ?? defaultCodexModel,
    checkModel: describeModelProblem,
    ...(flags.probe !== false && {
      tryTurn: (draft: SetupAnswers) => tryAnswers(draft, project, prompter, io),
    }),
  });
  const answers = await beforeWriting(project, asking, io);
  if (answers === undefined) return { cancelled: true, unwritten: describeUnwritten(project) };
  await checkChosenEffort(answers, project, io);
  const report = await applySetup(answers, { project, origin: "given" }, io);
  const [missing] = report.missing;
  if (missing !== undefined) prompter.tell("warning", `${missing.what}\n${missing.next}`);
  prompter.end(`Next: ${report.next}`);
  return report;
}

/** Refuses an effort that the model of the flags or of the file does not list, before any question. */
async function checkKnownEffort(
  { backend = "codex", model, ...given }: Partial<SetupAnswers>,
  project: Project,
  io: CliIo,
): Promise<void> {
  const present = model ?? project.reading.written?.llm?.models?.default ?? defaultCodexModel;
  if (describeModelProblem(present) === undefined)
    await checkChosenEffort({ ...given, backend, model: present }, project, io);
}

/** A login whose message Codex has shown is no end of setup. */
async function logIn(way: LoginWay, key: string | undefined, io: CliIo): Promise<LoginOutcome> {
  try {
    await signIn(
      {
        action: "login",
        deviceAuth: way === "device",
        ...(way === "api-key" && { withApiKey: key ?? true }),
      },
      io,
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { ok: false, message: error.parts.what };
  }
  return { ok: true, signIn: await readSignIn({ env: io.env, abortSignal: io.signal }) };
}

function askModels({ baseUrl, apiKeyEnv }: EndpointAccess, io: CliIo): Promise<EndpointProbe> {
  const apiKey = apiKeyEnv === undefined ? undefined : io.env[apiKeyEnv];
  return probeEndpoint({ baseUrl, apiKey, signal: io.signal });
}

/** A turn with the answers, by the same path as a run. */
async function tryAnswers(
  answers: SetupAnswers,
  { reading, discovery }: Project,
  prompter: Prompter,
  io: CliIo,
): Promise<TurnProbe> {
  const llm = resolveConfig(withAnswers(reading.written, answers)).config?.llm;
  if (llm === undefined || llm.backend === "none")
    return { state: "not-run", reason: "The answers do not make a valid configuration." };
  prompter.tell("step", `One turn on ${llm.models.default}`);
  using _ = startProgress("Waiting for its answer", io);
  return await tryTurn(llm, discovery.directory, io);
}

function describeModelProblem(id: string): string | undefined {
  try {
    checkChosenModel(id, { kind: "session" });
    return undefined;
  } catch (error) {
    const problem = findStartProblem(error);
    if (problem === undefined) throw error;
    return problem.message;
  }
}
