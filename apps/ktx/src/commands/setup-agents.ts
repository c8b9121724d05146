import type { AgentClient } from "../agent-settings/agent-client.ts";
import type { AgentPlan, AgentReport } from "../agent-settings/set-up-agent.ts";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import { diffLines } from "../render/diff-lines.ts";
import { plain } from "../render/layout.ts";
import { createStyle } from "../render/style.ts";
import { printJson, printText } from "../terminal/print.ts";

export interface SetupAgentsFlags {
  readonly client: AgentClient;
  readonly undo: boolean;
  readonly projectDir?: string | undefined;
  readonly wikiDir?: string | undefined;
  /** True where the answer to every question is yes. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** `ktx setup --agents`: shows the change, asks, and makes it. */
export async function setUpAgents(
  { yes, json, ...flags }: SetupAgentsFlags,
  { io, services, exitWith }: CommandContext,
): Promise<void> {
  const report = await services.setUpAgent({
    ...flags,
    confirm: async (plan) => {
      if (json) return true;
      printText(io.stderr, showPlan(plan, io));
      if (yes) return true;
      if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
        throw usageError("Nothing was written: this is no terminal to ask in.", {
          next: "Add --yes to make this change.",
        });
      const { createClackPrompter } = await import("../setup/clack-prompter.ts");
      const answer = await createClackPrompter(io).select({
        message: "Make this change?",
        options: [
          { value: "yes", label: "Yes" },
          { value: "no", label: "No" },
        ],
      });
      return answer === "yes";
    },
  });
  if (report === undefined) {
    printText(io.stderr, "Cancelled. The file is unchanged.\n");
    exitWith(exitCodes.interrupted);
    return;
  }
  if (json) printJson(io.stdout, report);
  else printText(io.stdout, `${describeOutcome(report)}\n`);
  if (!json && (report.outcome === "added" || report.outcome === "changed"))
    printText(io.stderr, nextOf(report));
}

function showPlan(
  { file, removed, added, otherProject }: AgentPlan,
  io: Pick<CommandContext["io"], "stderr" | "env">,
): string {
  const style = createStyle(io.stderr, io.env);
  const lines = (text: string, mark: string, paint: (text: string) => string): string =>
    diffLines(
      text.split(/\r?\n/).slice(0, text.endsWith("\n") ? -1 : undefined),
      `${mark} `,
      io.stderr,
    )
      .map((line) => `${paint(line)}\n`)
      .join("");
  return `${file}\n${removed === "" ? "" : lines(removed, "-", style.bad)}${added === "" ? "" : lines(added, "+", style.good)}${otherProject === undefined ? "" : `This client has one server ktx for all projects. It serves ${plain(otherProject)} now, and no longer after this change.\n`}`;
}

function describeOutcome({ outcome, file, removesFile, restoredProject }: AgentReport): string {
  switch (outcome) {
    case "added":
      return `Added the server ktx to ${file}`;
    case "changed":
      return `Changed the server ktx in ${file}`;
    case "removed":
      if (restoredProject !== undefined)
        return `Put the server ktx of ${plain(restoredProject)} back into ${file}`;
      return removesFile
        ? `Removed ${file}, which had nothing but the server ktx`
        : `Removed the server ktx from ${file}`;
    case "unchanged":
      return `Unchanged: ${file}`;
    default:
      return outcome satisfies never;
  }
}

function nextOf({ client, isOnPath }: AgentReport): string {
  const path = isOnPath
    ? ""
    : "No ktx is on the PATH, so the entry starts it by its path on this machine, which is no use to others.\n";
  const approve =
    client === "claude-code" ? " It asks once whether it may use this server of the project." : "";
  return `${path}Start ${client} again; it then has the tools of ktx mcp.${approve} Undo with: ktx setup --agents ${client} --undo\n`;
}
