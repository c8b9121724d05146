import { join } from "node:path";
import {
  type FlaggedContradiction,
  listContradictions,
  listProposals,
  ReviewError,
  resolveProposalId,
  reviewProposal,
  type ReviewInput,
  undoApply,
  type UndoReport,
  type WaitingProposal,
} from "@ktx/ingest";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";
import { pageOfPath } from "../wiki/page-of-path.ts";
import { editDraft } from "./edit-draft.ts";
import { explainIngestError } from "./explain-ingest.ts";

interface ReviewPlace {
  readonly projectDir?: string | undefined;
}

export interface ReviewQuery extends ReviewPlace {
  /** A name of the proposal that is asked for. @default all */
  readonly id?: string | undefined;
}

type Place = Pick<CliIo, "cwd" | "env" | "signal">;

/** All that an ingest leaves to a person. */
export interface ReviewList {
  readonly proposals: readonly WaitingProposal[];
  readonly contradictions: readonly FlaggedContradiction[];
  /** The id of the proposal that was asked for by any of its names, where it waits. */
  readonly named?: string;
}

export async function listProjectReview(
  { projectDir, id }: ReviewQuery,
  io: Place,
): Promise<ReviewList> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  const named = id === undefined ? undefined : await nameProposal(directory, id, io);
  return {
    proposals: await listProposals(directory).catch(explain),
    contradictions: await listContradictions(directory).catch(explain),
    ...(named !== undefined && { named }),
  };
}

export async function reviewProjectProposal(
  { projectDir, id, verdict }: ReviewPlace & Pick<ReviewInput, "id" | "verdict">,
  io: Place,
): Promise<readonly string[]> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  const named = (await nameProposal(directory, id, io)) ?? id;
  return await reviewProposal({ projectDir: directory, id: named, verdict }).catch(explain);
}

/** Opens the draft of a proposal in the user's editor, and accepts the edited text. */
export async function editProjectProposal(
  { projectDir, id }: ReviewPlace & Pick<ReviewInput, "id">,
  io: Place,
): Promise<readonly string[]> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  const named = await nameProposal(directory, id, io);
  const found = (await listProposals(directory)).find((one) => one.id === named);
  // The review names the proposals that wait.
  if (found === undefined)
    return await reviewProjectProposal({ projectDir, id, verdict: "accept" }, io);
  const current = found.kind === "page" ? found.current : undefined;
  const name = found.kind === "page" ? found.page : `claims-${id}.txt`;
  return await editDraft(
    {
      name,
      text: found.draft,
      take: (text) =>
        reviewProposal({
          projectDir: directory,
          id: found.id,
          verdict: "accept",
          edited: { text, current },
        }).catch(explain),
    },
    io,
  );
}

export async function undoProjectApply(
  { projectDir }: ReviewPlace,
  io: Place,
): Promise<UndoReport> {
  const { directory } = (await openProject(projectDir, io)).discovery;
  return await undoApply({ projectDir: directory }).catch(explain);
}

/** The id of the proposal that is named by any of its names, or by the path of its page; undefined where none waits. */
async function nameProposal(
  directory: string,
  given: string,
  { cwd }: Pick<Place, "cwd">,
): Promise<string | undefined> {
  const named = await resolveProposalId(directory, given).catch(explain);
  const page = pageOfPath(given, { wiki: join(directory, "wiki"), from: [cwd, directory] });
  return named ?? (page === undefined ? undefined : await resolveProposalId(directory, page));
}

function explain(error: unknown): never {
  if (error instanceof ReviewError)
    throw new CliError({ what: error.message, exitCode: exitCodes.failed }, { cause: error });
  throw explainIngestError(error);
}
