import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import type { CommandName } from "../help/command-table.ts";
import { describeCommand } from "../help/describe-command.ts";
import { printJson, printText } from "../terminal/print.ts";
import type { WikiAnswer, WikiQuestion } from "../wiki/ask-wiki.ts";
import type { WikiPlace } from "../wiki/open-project-wiki.ts";
import { collect, parseCount } from "./parse-option.ts";
import { jsonOption, projectDirOption, wikiDirOption } from "./shared-options.ts";
import { registerWikiReviewCommand } from "./wiki-review.ts";

interface WikiFlags extends WikiPlace {
  readonly json?: true;
  readonly tag?: readonly string[];
  readonly limit?: number;
  readonly fix?: true;
}

export function registerWikiCommand(program: Command, context: CommandContext): void {
  const wiki = describeCommand(program, "wiki");
  add("wiki search", (words, { tag = [], limit = 10 }) => ({
    type: "search",
    query: words.join(" "),
    tags: tag,
    limit,
  }))
    .option("--tag <tag>", "only pages with this tag; repeatable", collect)
    .option("--limit <count>", "the most pages to show (default: 10)", parseCount);
  add("wiki read", ([page = ""]) => ({ type: "read", page }));
  add("wiki list", (_, { tag = [] }) => ({ type: "list", tags: tag })).option(
    "--tag <tag>",
    "only pages with this tag; repeatable",
    collect,
  );
  add("wiki why", ([name = ""]) => ({ type: "why", name }));
  add("wiki check", (_, { fix = false }) => ({ type: "check", fix })).option(
    "--fix",
    "give moved citations the new place of their lines; changes nothing else",
  );

  registerWikiReviewCommand(wiki, context);

  function add(
    name: CommandName,
    toQuestion: (words: readonly string[], flags: WikiFlags) => WikiQuestion,
  ): Command {
    const command = describeCommand(wiki, name);
    return command
      .addOption(wikiDirOption())
      .addOption(projectDirOption())
      .addOption(jsonOption())
      .action(async () => {
        const flags = command.opts<WikiFlags>();
        const { json, projectDir, wikiDir } = flags;
        const question = { ...toQuestion(command.args, flags), projectDir, wikiDir };
        await show(await context.services.askWiki(question), json === true, context);
      });
  }
}

async function show(
  answer: WikiAnswer,
  isJson: boolean,
  { io, exitWith }: CommandContext,
): Promise<void> {
  const isEmpty = answer.type === "search" && answer.hits.length === 0;
  if (isJson) printJson(io.stdout, answer);
  else if (isEmpty) printText(io.stderr, "No page has any of these words.\n");
  else {
    const { renderWikiAnswer } = await import("../render/wiki-report.ts");
    printText(io.stdout, renderWikiAnswer(answer, io));
  }
  if (isEmpty || (answer.type === "check" && answer.findings.length > 0))
    exitWith(exitCodes.failed);
}
