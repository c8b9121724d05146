import type { WaitingProposal } from "@ktx/ingest";
import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { printJson, printText } from "../terminal/print.ts";
import { jsonOption, projectDirOption } from "./shared-options.ts";

interface ReviewFlags {
  readonly accept?: true;
  readonly reject?: true;
  readonly edit?: true;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerWikiReviewCommand(wiki: Command, { io, services }: CommandContext): void {
  const command = describeCommand(wiki, "wiki review");
  command
    .option("--accept", "take the proposal; a held set of claims is taken with a flag")
    .option("--edit", "open the text in $EDITOR, and take it as you leave it")
    .option("--reject", "leave the wiki as it is, and remove the proposal")
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async (id: string | undefined) => {
      const { accept, edit, reject, projectDir, json } = command.opts<ReviewFlags>();
      const asked = [accept, edit, reject].filter((one) => one === true).length;
      if (asked > 0) {
        if (id === undefined || asked > 1)
          throw usageError("Expected one proposal, and one of --accept, --edit and --reject.", {
            next: "List the proposals with ktx wiki review.",
          });
        const verdict = reject === true ? "reject" : "accept";
        const changed =
          edit === true
            ? await services.editProposal({ projectDir, id })
            : await services.reviewProposal({ projectDir, id, verdict });
        if (json === true) printJson(io.stdout, { version: 1, id, verdict, changed });
        else printText(io.stdout, describeVerdict(id, verdict, changed));
        return;
      }
      const review = await services.listProposals({ projectDir, id });
      const { proposals: all, named } = review;
      const contradictions = id === undefined ? review.contradictions : [];
      const proposals = id === undefined ? all : all.filter((one) => one.id === named);
      if (json === true) printJson(io.stdout, { version: 1, proposals, contradictions });
      else {
        const { renderReview } = await import("../render/proposals-report.ts");
        printText(io.stdout, renderReview({ proposals, contradictions }, io));
      }
      if (id !== undefined && proposals.length === 0) throw unknownProposal(id, all);
    });
}

function describeVerdict(id: string, verdict: string, changed: readonly string[]): string {
  if (verdict === "reject") return `Rejected ${id}. The wiki has not changed.\n`;
  return `Accepted ${id}. Changed: ${changed.join(", ") || "nothing"}.\n`;
}

function unknownProposal(id: string, all: readonly WaitingProposal[]): Error {
  const known = all.map((one) => one.id).join(", ");
  return usageError(`Expected a proposal that waits, got ${id}.`, {
    next: known === "" ? "No proposal waits." : `Name one of ${known}.`,
  });
}
