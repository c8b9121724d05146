import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { printJson, printText } from "../terminal/print.ts";
import { parsePort } from "./parse-option.ts";
import { jsonOption } from "./shared-options.ts";

interface SimFlags {
  readonly script?: string;
  readonly recorded?: string;
  readonly demo?: true;
  readonly faults?: string;
  readonly port: number;
  readonly json?: true;
}

export function registerSimCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "sim")
    .option("--script <file>", "a JSON list of replies (default: it repeats the prompt)")
    .option("--recorded <file>", "answers that were recorded of a service, in their order")
    .option("--demo", "the model of ktx demo, which takes plain sentences as claims")
    .option("--faults <file>", "a JSON plan of faults, such as rate limits and cut streams")
    .option("--port <port>", "the port on 127.0.0.1; 0 takes a free one", parsePort, 0)
    .addOption(jsonOption())
    .action(async ({ json, ...input }: SimFlags) => {
      const onStart = (baseUrl: string): void => {
        if (json === true) {
          printJson(io.stdout, { version: 1, baseUrl });
          return;
        }
        printText(io.stdout, `${baseUrl}\n`);
        printText(
          io.stderr,
          `Run against it: ktx ${input.demo === true ? "ingest docs" : 'run "Hi."'} -m gpt-5.5 --endpoint ${baseUrl}\nCtrl-C ends it.\n`,
        );
      };
      await services.serveSim({ ...input, onStart });
    });
}
