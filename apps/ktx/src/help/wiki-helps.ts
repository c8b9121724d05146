import type { CommandHelp } from "./command-help.ts";

/** The commands that answer from the wiki. */
export const wikiHelps: Readonly<
  Record<
    | "wiki"
    | "wiki search"
    | "wiki read"
    | "wiki list"
    | "wiki why"
    | "wiki cite"
    | "wiki check"
    | "wiki serve",
    CommandHelp
  >
> = {
  wiki: {
    summary: "search, read and check the wiki of this project",
    description:
      "Answers from a folder of Markdown pages whose claims cite lines of files: searches, reads and checks it. Needs no model and no account.",
    examples: ["ktx wiki search refunds", "ktx wiki check"],
  },
  "wiki search": {
    argument: { name: "<words...>", description: "words or a question" },
    summary: "find pages, the best one first",
    description: "Finds the pages that have these words, the best one first.",
    examples: ["ktx wiki search refunds", 'ktx wiki search "What lowers revenue?" --tag finance'],
    exitCodes: "0 found, 1 nothing found, 2 wrong usage",
  },
  "wiki read": {
    argument: { name: "<page>", description: "the page's name, such as finance/refunds" },
    summary: "print a page as it is",
    description: "Prints a page as it is.",
    examples: ["ktx wiki read refunds", "ktx wiki read refunds --json | jq .page.backlinks"],
  },
  "wiki list": {
    summary: "list the pages",
    description: "Lists the pages with their titles, summaries and tags.",
    examples: ["ktx wiki list", "ktx wiki list --tag finance --json | jq -r '.pages[].name'"],
  },
  "wiki why": {
    argument: {
      name: "<page or file>",
      description: "a page, or a file from the project's folder",
    },
    summary: "show what a page cites, or which pages cite a file",
    description:
      "Shows each claim of a page with the lines that it cites, and whether they still stand there; for a file, the pages that cite it.",
    examples: ["ktx wiki why refunds", "ktx wiki why sources/orders.sql"],
  },
  "wiki cite": {
    argument: {
      name: "<file:lines>",
      description: "a file from the project's folder, with its lines, such as orders.sql:12-40",
    },
    summary: "print the footnote that cites lines of a file",
    description:
      "Prints a footnote with the hash of these lines, for a page that is written by hand. Changes nothing.",
    examples: [
      "ktx wiki cite sources/orders.sql:12-40",
      "ktx wiki cite sources/orders.sql:2 --page finance/refunds",
    ],
  },
  "wiki check": {
    summary: "check each citation, footnote, link and front matter",
    description:
      "Checks each citation, footnote, link and front matter against the files, without a model.",
    examples: ["ktx wiki check", "ktx wiki check --fix"],
    exitCodes: "0 no findings, 1 findings, 2 wrong usage",
  },
  "wiki serve": {
    summary: "read the wiki in a browser, and review proposals there",
    description:
      "Serves the wiki as pages at 127.0.0.1 until you interrupt: search as you type, backlinks, the lines that a claim cites, and the review queue. The printed address holds a token; only a browser that has it gets an answer. Needs no model and no account.",
    examples: ["ktx wiki serve", "ktx wiki serve --port 8080 --project-dir docs"],
  },
};
