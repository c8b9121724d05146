import type { CommandHelp } from "./command-help.ts";

/** The commands that read documents into the wiki, and those that show how. */
export const ingestHelps: Readonly<
  Record<
    "demo" | "demo agent" | "ingest" | "remember" | "scan" | "worker" | "wiki review" | "wiki undo",
    CommandHelp
  >
> = {
  demo: {
    summary: "watch an ingest of a sample project, offline",
    description:
      "Ingests a sample project of 12 sources in a temporary folder: the real Codex binary, a scripted model on loopback. Then searches the wiki, shows the lines of a claim, deletes a source, and ingests again. Needs no account and no network.",
    examples: ["ktx demo", "ktx demo --json | jq .runs"],
  },
  "demo agent": {
    argument: { name: "[question]", description: "the question to the wiki" },
    summary: "watch one agent run, offline",
    description:
      "Runs the real Codex binary against a scripted model on loopback, with three tools over a small wiki in memory. Needs no account and no network.",
    examples: ["ktx demo agent", "ktx demo agent --json | jq .metrics"],
  },
  ingest: {
    argument: {
      name: "<paths...>",
      description: "files, folders or globs, such as docs 'models/**/*.sql'",
    },
    summary: "read documents into a wiki of cited claims",
    description:
      "Reads documents into the Markdown pages below wiki/. Each claim cites its lines, contradictions are flagged, and a page that you edited is never overwritten. A second run reads only what has changed, and goes on where a run was ended.",
    examples: ["ktx ingest docs 'models/**/*.sql'", "ktx ingest docs --plan | jq .estimate"],
    exitCodes:
      "0 everything landed, or is proposed for edited pages, 1 failed, 2 wrong usage, 3 a set waits for ktx wiki review, or something is left for a next run, 130 interrupted",
  },
  remember: {
    argument: { name: "[text]", description: "the text to remember" },
    summary: "keep a text, and what it says in the wiki",
    description:
      "Keeps a text as a file below notes/, and reads it into the wiki as an ingest does. With --verbatim it becomes a page as it is, without a model.",
    examples: [
      'ktx remember "A refund takes 30 days."',
      "ktx remember --verbatim --file minutes.md",
    ],
    exitCodes:
      "0 everything landed, or is proposed for edited pages, 1 failed, 2 wrong usage, 3 a set waits for ktx wiki review, or something is left for a next run, 130 interrupted",
  },
  scan: {
    argument: {
      name: "<database>",
      description: "a SQLite file, a script with DDL, or the manifest.json of dbt",
    },
    summary: "describe each table of a database in the wiki",
    description:
      "Describes each table on a page of its own: its purpose, a row, its columns, and the likely joins. A join is kept only where the data agrees with it. A table that fails costs that table only.",
    examples: ["ktx scan shop.db", "ktx scan target/manifest.json --json"],
    exitCodes:
      "0 everything landed, 1 failed, 2 wrong usage, 3 something is left for a next run, 130 interrupted",
  },
  worker: {
    summary: "run the units of ingests of other machines",
    description:
      "Runs the units that ktx ingest --store has put into a database, with the sign-in of this machine. It needs no file of their project. It runs until Ctrl-C, which gives back the units that it runs, or with --until-idle until none is left.",
    examples: [
      "ktx worker --store DATABASE_URL",
      "ktx worker --store DATABASE_URL --groups anna --concurrency 8",
    ],
    exitCodes:
      "0 no unit is left (--until-idle), also where some failed, 1 no unit can succeed on this machine, or it refused all of them, 2 wrong usage, 3 the token budget is used up, 130 interrupted",
  },
  "wiki review": {
    argument: { name: "[proposal]", description: "a page or a set, as the list names it" },
    summary: "list, accept, edit or reject what an ingest proposes",
    description:
      "Lists the changes of pages that you edited, the claims that could not be compared, and the contradictions that pages show. Takes a change with --accept, takes it as you edit it with --edit, or refuses it with --reject. Needs no model.",
    examples: ["ktx wiki review", "ktx wiki review refund.md --edit"],
  },
  "wiki undo": {
    summary: "take back the last ingest, scan or review",
    description:
      "Gives the pages the text that they had before the last ingest, scan or review; once more takes back the one before. A page that was edited since stays, and has a proposal. The next ingest of the same sources reads none of them again; after several runs were taken back, it may compare claims again. Needs no model.",
    examples: ["ktx wiki undo", "ktx wiki undo --json | jq .pages"],
  },
};
