import { realpath } from "node:fs/promises";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import { jsonOption } from "./shared-options.ts";

const defaultQuestion = "What does a refund do to net revenue?";

export function registerDemoCommand(program: Command, context: CommandContext): void {
  const { io, services } = context;
  const demo = describeCommand(program, "demo")
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json?: true }) => {
      // Codex needs a current folder: a deleted one is reported before anything starts.
      await realpath(io.cwd);
      const [{ createIngestProgress }, { renderDemoIntroduction, renderDemoReport }] =
        await Promise.all([
          import("../ingest/ingest-progress.ts"),
          import("../render/demo-report.ts"),
        ]);
      printText(io.stderr, renderDemoIntroduction(io));
      using progress = createIngestProgress(io, undefined);
      const report = await services.runDemo(progress);
      progress[Symbol.dispose]();
      io.stderr.write("\n");
      if (json === true) io.stdout.write(jsonLine(report));
      else printText(io.stdout, renderDemoReport(report, io));
    });
  registerAgentDemoCommand(demo, context);
}

function registerAgentDemoCommand(demo: Command, { io, services }: CommandContext): void {
  describeCommand(demo, "demo agent")
    .addOption(jsonOption())
    .action(async (question: string = defaultQuestion, _: object, command: Command) => {
      const { json } = command.optsWithGlobals<{ readonly json?: true }>();
      const [{ createLiveSteps }, { renderAgentDemoIntroduction, renderAgentDemoReport }] =
        await Promise.all([
          import("../render/live-steps.ts"),
          import("../render/agent-demo-report.ts"),
        ]);
      printText(io.stderr, renderAgentDemoIntroduction(question, io));
      using observer = createLiveSteps(io);
      const report = await services.runAgentDemo({ question, observer });
      observer[Symbol.dispose]();
      io.stderr.write("\n");
      if (json === true) io.stdout.write(jsonLine(report));
      else printText(io.stdout, renderAgentDemoReport(report, io));
    });
}
