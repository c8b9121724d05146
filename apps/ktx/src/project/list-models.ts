import {
  type CodexModel,
  defaultCodexModel,
  readCodexVersion,
  readModels,
  readSignIn,
  type SignIn,
  testedCodexVersions,
} from "@ktx/codex-runtime";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { describeMissingCodex } from "../sign-in/describe-missing-codex.ts";
import { arrangeModels, type ModelStanding } from "./arrange-models.ts";
import { openProject } from "./read-project.ts";
import { checkFile } from "./resolve-llm.ts";

/** The models of the installed Codex; the object that `ktx models --json` prints. */
export interface ModelsReport {
  readonly version: 1;
  readonly codex: { readonly version: string | null };
  /** The account that a run of this project would use. */
  readonly account: SignIn["state"];
  /** The base URL of the endpoint that this project uses in place of these models; null without one. */
  readonly endpoint: string | null;
  /** The recommended one first, then the current, the retired and the hidden ones. With an endpoint, none is recommended. */
  readonly models: readonly ModelEntry[];
}

export interface ModelEntry extends CodexModel {
  readonly standing: ModelStanding;
  /** Its purpose, with the reason where it is the default of ktx. */
  readonly purpose: string;
  /** True when that account may use it; null where only a turn shows it. */
  readonly usable: boolean | null;
}

/** @throws {CliError} when Codex does not list its models. */
export async function listModels(
  { projectDir }: { readonly projectDir?: string | undefined },
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<ModelsReport> {
  const options = { env: io.env, abortSignal: io.signal };
  const project = await openProject(projectDir, io);
  checkFile(project);
  const { reading } = project;
  const codex = reading.config?.llm.backend === "codex" ? reading.config.llm.codex : undefined;
  const [binary, listing, signIn] = await Promise.all([
    readCodexVersion(options),
    readModels(options),
    codex?.auth.kind === "api-key"
      ? { state: "environment-key" as const }
      : readSignIn({ ...options, ...(codex && { isolation: codex.isolation }) }),
  ]);
  if (listing.state === "failed")
    throw new CliError(
      binary.state === "found"
        ? {
            what: "The installed Codex does not list its models.",
            why: listing.reason,
            next: `Reinstall ktx, or name a Codex of the versions ${testedCodexVersions.from} to ${testedCodexVersions.to} in KTX_CODEX_PATH.`,
            exitCode: exitCodes.failed,
          }
        : describeMissingCodex(binary),
    );
  const endpoint = codex?.endpoint?.baseUrl;
  const isByKey = signIn.state === "api-key" || signIn.state === "environment-key";
  // They are not those of an endpoint, and say nothing of its keys.
  const ofKey = isByKey && endpoint === undefined;
  const defaultModel = endpoint === undefined ? defaultCodexModel : undefined;
  return {
    version: 1,
    codex: { version: binary.state === "found" ? binary.version : null },
    account: signIn.state,
    endpoint: endpoint ?? null,
    models: arrangeModels(listing.models, defaultModel).map(({ model, ...place }) => ({
      ...model,
      ...place,
      usable: ofKey ? model.supportedInApi : null,
    })),
  };
}
