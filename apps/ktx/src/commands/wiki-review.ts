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
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerWikiReviewCommand(wiki: Command, { io, services }: CommandContext): void {
  const command = describeCommand(wiki, "wiki review");
  command
    .option("--accept", "take the proposal; a held set of claims is taken with a flag")
    .option("--reject", "leave the wiki as it is, and remove the proposal")
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async (id: string | undefined) => {
      const { accept, reject, projectDir, json } = command.opts<ReviewFlags>();
      if (accept === true || reject === true) {
        if (id === undefined || (accept === true && reject === true))
          throw usageError("Expected one proposal, and either --accept or --reject.", {
            next: "List the proposals with ktx wiki review.",
          });
        const verdict = accept === true ? "accept" : "reject";
        const changed = await services.reviewProposal({ projectDir, id, verdict });
        if (json === true) printJson(io.stdout, { version: 1, id, verdict, changed });
        else printText(io.stdout, describeVerdict(id, verdict, changed));
        return;
      }
      const all = await services.listProposals({ projectDir });
      const proposals = id === undefined ? all : all.filter((one) => one.id === id);
      if (json === true) printJson(io.stdout, { version: 1, proposals });
      else {
        const { renderProposals } = await import("../render/proposals-report.ts");
        printText(io.stdout, renderProposals(proposals, io));
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
