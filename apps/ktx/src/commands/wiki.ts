import type { LineRange } from "@ktx/wiki";
import { type Command, InvalidArgumentError } from "commander";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import type { CommandName } from "../help/command-table.ts";
import { describeCommand } from "../help/describe-command.ts";
import { plain } from "../render/layout.ts";
import { printJson, printText } from "../terminal/print.ts";
import type { WikiAnswer, WikiQuestion } from "../wiki/ask-wiki.ts";
import type { WikiPlace } from "../wiki/open-project-wiki.ts";
import { collect, parseCount } from "./parse-option.ts";
import { jsonOption, projectDirOption, wikiDirOption } from "./shared-options.ts";
import { registerWikiReviewCommand } from "./wiki-review.ts";
import { registerWikiServeCommand } from "./wiki-serve.ts";
import { registerWikiUndoCommand } from "./wiki-undo.ts";

interface WikiFlags extends WikiPlace {
  readonly json?: true;
  readonly tag?: readonly string[];
  readonly limit?: number;
  readonly fix?: true;
  readonly page?: string;
  readonly id?: string;
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
  add("wiki cite", ([place = ""], { page, id }) => ({
    type: "cite",
    ...parsePlace(place),
    page,
    id,
  }))
    .option("--page <page>", "the page for the footnote (default: one of the wiki's own folder)")
    .option("--id <id>", "the footnote's id (default: s1, or the next free one)", parseId);
  add("wiki check", (_, { fix = false }) => ({ type: "check", fix })).option(
    "--fix",
    "give moved citations the new place of their lines; changes nothing else",
  );

  registerWikiReviewCommand(wiki, context);
  registerWikiUndoCommand(wiki, context);
  registerWikiServeCommand(wiki, context);

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
  const note = isJson ? undefined : noteOf(answer);
  if (note !== undefined) printText(io.stderr, `${note}\n`);
  if (isEmpty || (answer.type === "check" && answer.findings.length > 0))
    exitWith(exitCodes.failed);
}

/** The sentence on stderr behind an answer. */
function noteOf(answer: WikiAnswer): string | undefined {
  if (answer.type === "cite")
    return `Put [^${answer.id}] behind the claim, and this line at the end of ${answer.page ?? "the page"}.`;
  if (answer.type !== "list" || answer.passedOver.length === 0) return undefined;
  const names = answer.passedOver
    .slice(0, 5)
    .map(({ name }) => (name === "" ? "." : plain(name).replaceAll(/\s+/g, " ")));
  const more = answer.passedOver.length - names.length;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `Not listed: ${names.join(", ")}${rest}. \`ktx wiki check\` says why.`;
}

function parsePlace(text: string): LineRange & { readonly source: string } {
  const [, source = "", first, last = first] = /^(.+):(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (from >= 1 && to >= from) return { source, from, to };
  throw usageError(
    `Expected a file with its lines, such as sources/orders.sql:12-40, got ${JSON.stringify(text)}.`,
    { next: "Count the lines from 1; 12-40 has both of them." },
  );
}

function parseId(text: string): string {
  if (/^[\w-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected letters, digits, _ and -, such as s1.");
}
