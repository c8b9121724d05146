import { checkModel, defaultCodexModel } from "@ktx/codex-runtime";
import {
  ConfigError,
  type ConfigWriting,
  describeProblem,
  llmBackends,
  writeConfig,
} from "@ktx/config";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { type Project, openProject } from "../project/read-project.ts";
import { buildChanges, type SetupAnswers } from "./setup-answers.ts";

export interface SetupFlags {
  readonly llmBackend?: string | undefined;
  readonly llmModel?: string | undefined;
  readonly projectDir?: string | undefined;
}

/** The result of setup; the object that `ktx setup --json` prints. */
export interface SetupReport {
  readonly version: 1;
  readonly configFile: string;
  readonly outcome: ConfigWriting;
  readonly backend: SetupAnswers["backend"];
  /** The value of `llm.models.default`; null without a backend. */
  readonly model: string | null;
  /** The origin of the model: a flag, the file, or Codex's default; null without a backend. */
  readonly modelFrom: ModelOrigin | null;
}

type ModelOrigin = "given" | "file" | "default";

type Surroundings = Pick<CliIo, "cwd" | "env" | "signal">;

/** Setup without questions: a value without a flag stays as it is in the file. */
export async function setUp(flags: SetupFlags, io: Surroundings): Promise<SetupReport> {
  const project = await openProject(flags.projectDir, io);
  const chosen = flags.llmBackend ?? project.reading.written?.llm?.provider?.backend ?? "codex";
  const backend = llmBackends.find((known) => known === chosen);
  if (backend === undefined)
    throw usageError(
      `Expected --llm-backend to be one of ${llmBackends.join(", ")}; got ${chosen}.`,
      { next: "Leave it out for codex." },
    );
  const written = project.reading.written?.llm?.models?.default;
  const model = flags.llmModel ?? written ?? defaultCodexModel;
  const origin =
    flags.llmModel !== undefined ? "given" : written !== undefined ? "file" : "default";
  if (backend !== "none") checkChosenModel(model, project);
  return applySetup({ backend, model }, origin, project, io);
}

/** Writes the answers into `ktx.yaml`. @throws {CliError} when the file cannot be changed. */
export async function applySetup(
  answers: SetupAnswers,
  origin: ModelOrigin,
  { discovery, reading }: Project,
  { signal }: Pick<CliIo, "signal">,
): Promise<SetupReport> {
  const { configFile } = discovery;
  try {
    return {
      version: 1,
      configFile,
      outcome: await writeConfig(configFile, buildChanges(answers, reading.written), { signal }),
      backend: answers.backend,
      model: answers.backend === "none" ? null : (answers.model ?? null),
      modelFrom: answers.backend === "none" ? null : origin,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const why = error.problems.map(describeProblem).join("\n");
    const what = `${configFile} cannot be changed.`;
    throw new CliError({ what, why, exitCode: exitCodes.failed }, { cause: error });
  }
}

/** @throws {RuntimeInputError} for an id that Codex does not accept; an endpoint of the file accepts any. */
export function checkChosenModel(model: string, { reading }: Project): void {
  const customEndpoint = reading.written?.llm?.provider?.codex?.endpoint !== undefined;
  checkModel(model, { customEndpoint });
}
