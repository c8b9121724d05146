import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { jsonOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

const defaultQuestion = "What does a refund do to net revenue?";

export function registerDemoCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "demo")
    .addOption(jsonOption())
    .action(async (question: string = defaultQuestion, { json }: { readonly json?: true }) => {
      const [{ createLiveSteps }, { renderDemoIntroduction, renderDemoReport }] = await Promise.all(
        [import("../render/live-steps.ts"), import("../render/demo-report.ts")],
      );
      printText(io.stderr, renderDemoIntroduction(question, io));
      using observer = createLiveSteps(io);
      const report = await services.runDemo({ question, observer });
      observer[Symbol.dispose]();
      io.stderr.write("\n");
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderDemoReport(report, io));
    });
}
