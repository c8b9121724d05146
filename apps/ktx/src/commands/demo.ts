import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

const defaultQuestion = "What does a refund do to net revenue?";

export function registerDemoCommand(program: Command, { io, services }: CommandContext): void {
  program
    .command("demo")
    .summary("watch the real Codex work offline, with a scripted model")
    .description(
      "Runs the real Codex binary against a scripted model on loopback, with three tools over a " +
        "small wiki in memory. Needs no account and no network.",
    )
    .argument("[question]", "the question to the wiki", defaultQuestion)
    .option("--json", "print one JSON object")
    .action(async (question: string, { json }: { readonly json?: true }) => {
      const [{ createLiveSteps }, { renderDemoIntroduction, renderDemoReport }] = await Promise.all(
        [import("../render/live-steps.ts"), import("../render/demo-report.ts")],
      );
      io.stderr.write(renderDemoIntroduction(question, io));
      using observer = createLiveSteps(io);
      const report = await services.runDemo({ question, observer });
      observer[Symbol.dispose]();
      io.stderr.write("\n");
      io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderDemoReport(report, io));
    });
}
