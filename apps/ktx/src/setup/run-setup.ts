import { defaultCodexModel, findStartProblem, readModels } from "@ktx/codex-runtime";
import { resolveConfig, type TurnProbe } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { type Project, openProject } from "../project/read-project.ts";
import { askSignIn, tryTurn } from "../project/read-status.ts";
import type { CodexConfig } from "../project/resolve-llm.ts";
import { startProgress } from "../render/progress.ts";
import { applySetup, checkChosenModel, type SetupReport } from "./apply-setup.ts";
import { askSetup } from "./ask-setup.ts";
import type { Prompter } from "./prompter.ts";
import { type SetupAnswers, withAnswers } from "./setup-answers.ts";

export interface RunSetupInput {
  readonly projectDir?: string | undefined;
  /** True to offer a turn, which costs a few tokens. */
  readonly probe: boolean;
  readonly prompter: Prompter;
}

/** Setup with questions. Undefined when the user cancels; the file is then unchanged. */
export async function runSetup(
  { projectDir, probe, prompter }: RunSetupInput,
  io: CliIo,
): Promise<SetupReport | undefined> {
  const project = await openProject(projectDir, io);
  const { written } = project.reading;
  prompter.begin(`ktx setup · ${project.discovery.configFile}`);
  const listing = await readModels({ env: io.env, abortSignal: io.signal });
  const answers = await askSetup({
    prompter,
    written,
    models: listing.state === "listed" ? listing.models : [],
    defaultModel: defaultCodexModel,
    checkModel: (id) => describeModelProblem(id, project),
    ...(probe && { tryTurn: (given: SetupAnswers) => tryAnswers(given, project, prompter, io) }),
  });
  if (answers === undefined) return undefined;
  const report = await applySetup(answers, "given", project, io);
  prompter.end(`Next: ktx status${probe ? "" : " --no-probe"}`);
  return report;
}

/** A turn with the answers, unless it is known to fail. */
async function tryAnswers(
  answers: SetupAnswers,
  { reading, discovery }: Project,
  prompter: Prompter,
  io: CliIo,
): Promise<TurnProbe> {
  const llm = resolveConfig(withAnswers(reading.written, answers)).config?.llm;
  if (llm === undefined || llm.backend === "none")
    return { state: "not-run", reason: "The answers do not make a valid configuration." };
  const missing = await findMissingSignIn(llm, io);
  if (missing !== undefined) return missing;
  prompter.tell("step", `One turn on ${llm.models.default}`);
  using _ = startProgress("Waiting for its answer", io);
  return await tryTurn(llm, discovery.directory, io);
}

async function findMissingSignIn(llm: CodexConfig, io: CliIo): Promise<TurnProbe | undefined> {
  const signIn = await askSignIn(llm, io);
  if (signIn.state === "signed-out")
    return {
      ok: false,
      message: "Codex is not signed in.",
      fix: "Run `ktx login`, then `ktx setup` again.",
    };
  if (signIn.state !== "unreadable") return undefined;
  const fix = "Run `ktx status --no-probe` for the fix.";
  return { ok: false, message: `The sign-in cannot be read: ${signIn.reason}`, fix };
}

function describeModelProblem(id: string, project: Project): string | undefined {
  try {
    checkChosenModel(id, project);
    return undefined;
  } catch (error) {
    const problem = findStartProblem(error);
    if (problem === undefined) throw error;
    return problem.message;
  }
}
