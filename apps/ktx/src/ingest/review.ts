import {
  listProposals,
  ReviewError,
  reviewProposal,
  type ReviewInput,
  type WaitingProposal,
} from "@ktx/ingest";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";

interface ReviewPlace {
  readonly projectDir?: string | undefined;
}

type Place = Pick<CliIo, "cwd" | "env" | "signal">;

export async function listProjectProposals(
  { projectDir }: ReviewPlace,
  io: Place,
): Promise<readonly WaitingProposal[]> {
  return await listProposals((await openProject(projectDir, io)).discovery.directory);
}

export async function reviewProjectProposal(
  { projectDir, id, verdict }: ReviewPlace & Pick<ReviewInput, "id" | "verdict">,
  io: Place,
): Promise<readonly string[]> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  return await reviewProposal({ projectDir: directory, id, verdict }).catch((error: unknown) => {
    if (error instanceof ReviewError)
      throw new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
    throw error;
  });
}
