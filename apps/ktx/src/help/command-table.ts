import type { CommandHelp } from "./command-help.ts";
import { ingestHelps } from "./ingest-helps.ts";
import { wikiHelps } from "./wiki-helps.ts";

/** `run`, or with the outer command before it, `threads delete`. */
export type CommandName =
  | "demo"
  | "demo agent"
  | "login"
  | "setup"
  | "status"
  | "ingest"
  | "remember"
  | "scan"
  | "run"
  | "batch"
  | "batch status"
  | "batch prune"
  | "worker"
  | "chat"
  | "threads"
  | "threads delete"
  | "wiki"
  | "wiki search"
  | "wiki read"
  | "wiki list"
  | "wiki why"
  | "wiki cite"
  | "wiki check"
  | "wiki review"
  | "wiki undo"
  | "wiki serve"
  | "mcp"
  | "replay"
  | "report"
  | "sim"
  | "models"
  | "config"
  | "config show"
  | "config check"
  | "logs"
  | "report-bug"
  | "completion"
  | "logout";

const exitCodesOfRuns =
  "0 done, 1 failed, 2 wrong usage, 3 stopped by a budget or a time limit, 130 interrupted";

/**
 * Every command, in the order in which a new user needs them; the name of a nested one begins with that of the outer
 * one. Both `ktx --help` and the help of each command are made of it.
 */
export const commandTable: Readonly<Record<CommandName, CommandHelp>> = {
  demo: ingestHelps["demo"],
  "demo agent": ingestHelps["demo agent"],
  login: {
    summary: "sign in to Codex",
    description:
      "Runs the login of the Codex that ktx brings along: with ChatGPT in a browser, unless a flag says otherwise. Codex keeps the sign-in.",
    examples: ["ktx login", "printenv OPENAI_API_KEY | ktx login --with-api-key"],
  },
  setup: {
    summary: "sign in, and create or update ktx.yaml",
    description:
      "Finds the sign-in, signs in, or finds another service, then creates or updates ktx.yaml; an update keeps comments and unknown keys. In a terminal it asks for all that no flag answers.",
    examples: ["ktx setup", "ktx setup --endpoint ollama --llm-model llama3.2 --yes"],
  },
  status: {
    summary: "check that this project is ready",
    description:
      "Checks everything that a run of this project needs, and runs one turn, which costs a few tokens.",
    examples: ["ktx status", "ktx status --no-probe --json"],
    exitCodes: "0 ready, 1 not ready, 2 wrong usage",
  },
  ingest: ingestHelps["ingest"],
  remember: ingestHelps["remember"],
  scan: ingestHelps["scan"],
  run: {
    argument: {
      name: "[prompt]",
      description:
        "the task for the model; - reads it from stdin, and so does a pipe without a prompt",
    },
    summary: "run the model once, with your tools",
    description:
      "Runs the model with the tools of a module until it finishes or a budget is used up. With a schema, the answer is a JSON value of that schema.",
    examples: ['ktx run "Greet Ada" --tools tools.ts', 'ktx run --thread trip "And by train?"'],
    exitCodes: exitCodesOfRuns,
  },
  batch: {
    argument: {
      name: "<prompts>",
      description:
        "a file with a JSON value on each line, or - for stdin; a line is a text or an object with prompt, id (default: the line number) and system; or a folder of .md and .txt files",
    },
    summary: "run the model on many prompts, resumable",
    description:
      "Asks the model each prompt and prints one JSON line for each, in their order. The answers are kept in the project: the same command goes on where the last one ended, waits for usage limits, and asks no prompt again that has its answer.",
    examples: [
      "ktx batch prompts.jsonl --out results.jsonl",
      "ktx batch prompts.jsonl --schema invoice.ts --token-budget 200000 > results.jsonl",
    ],
    exitCodes:
      "0 each prompt has its answer, 1 some failed, 2 wrong usage, 3 stopped by the token budget or a limit, or --only-failed left prompts without an answer, 130 interrupted",
  },
  "batch status": {
    summary: "show batches, workers, limits and groups",
    description:
      "Says in one sentence what happens now, or why no unit runs. Then it lists the limits with a countdown, the batches at work with their counts, the workers with their leases, the earlier batches, the tokens and the time of each group, and the slowest units. With --store DATABASE_URL it shows the units of all machines.",
    examples: [
      "ktx batch status --store DATABASE_URL --watch",
      "ktx batch status --json | jq '.batches[0].counts'",
    ],
  },
  "batch prune": {
    summary: "remove old batches from a database",
    description:
      "Removes the batches of a database on which nobody worked for some days, with their results, and texts that no unit needs. One with units that wait or run has not ended: it stays for seven days at least after the last work on it. What was removed is asked again where it is planned again.",
    examples: [
      "ktx batch prune --store DATABASE_URL",
      "ktx batch prune --store DATABASE_URL --older-than 7",
    ],
  },
  worker: ingestHelps["worker"],
  chat: {
    summary: "talk with the model, with your tools",
    description:
      "Opens a conversation in the terminal; each turn continues the earlier ones. On a pipe, each line of stdin is a prompt.",
    examples: ["ktx chat --tools tools.ts", "ktx chat --no-keep < prompts.txt"],
    exitCodes: exitCodesOfRuns,
  },
  threads: {
    summary: "list or delete the conversations on disk",
    description:
      "Lists the conversations that ktx chat, ktx run --thread, or a program with `persist: true`, has kept on disk for this sign-in and service, the last used one first.",
    examples: ["ktx threads", "ktx threads --json | jq -r '.threads[].id'"],
  },
  "threads delete": {
    argument: { name: "<id...>", description: "the ids or names, as `ktx threads` lists them" },
    summary: "delete conversations and all their data on disk",
    description: "Deletes conversations and all their data on disk.",
    examples: [
      "ktx threads delete trip",
      "ktx threads delete 01a224b5-1a34-7201-929e-cdab6962b073",
    ],
  },
  wiki: wikiHelps["wiki"],
  "wiki search": wikiHelps["wiki search"],
  "wiki read": wikiHelps["wiki read"],
  "wiki list": wikiHelps["wiki list"],
  "wiki why": wikiHelps["wiki why"],
  "wiki cite": wikiHelps["wiki cite"],
  "wiki check": wikiHelps["wiki check"],
  "wiki review": ingestHelps["wiki review"],
  "wiki undo": ingestHelps["wiki undo"],
  "wiki serve": wikiHelps["wiki serve"],
  mcp: {
    summary: "serve the wiki to other agents over MCP",
    description:
      "Serves wiki_search, wiki_read, wiki_why and source_read to an MCP client, over stdin and stdout or a port of this machine. Needs no model and no account.",
    examples: ["ktx mcp", "ktx mcp --write --http --port 7337"],
  },
  replay: {
    argument: { name: "<file>", description: "a file that `ktx run --record` has written" },
    summary: "show a recorded run again, without a model",
    description:
      "Shows a recorded run as it was, with its pauses, and runs none of its tools. With --check it looks for what must not be committed. Needs no account and no network.",
    examples: ["ktx replay run.jsonl --speed 4", "ktx replay run.jsonl --check"],
    exitCodes: exitCodesOfRuns,
  },
  report: {
    argument: {
      name: "<file>",
      description: "a file of `ktx run --record`, or the output of `ktx ingest --json`",
    },
    summary: "write a recorded run or an ingest as a page to look at",
    description:
      "Writes one HTML file that needs no network: the timeline of steps and tool calls, tokens, limits and waits, failures with their fix; of an ingest its units and workers. Prints the path of the page.",
    examples: ["ktx report run.jsonl --open", "ktx report ingest.jsonl --out monday.html"],
  },
  sim: {
    summary: "serve a stand-in for the model service",
    description:
      "Serves the Responses API on 127.0.0.1 from a script, a recording, as the model of the demo, or by repeating the prompt, for tests in any language. GET /__sim/requests lists the requests, PUT /__sim/faults switches faults.",
    examples: ["ktx sim --script replies.json", "ktx sim --faults faults.json --port 8099"],
  },
  models: {
    summary: "list the models of the installed Codex",
    description: "Lists the models of the installed Codex. Needs no account and no network.",
    examples: ["ktx models", "ktx models --json | jq -r '.models[].id'"],
  },
  config: {
    summary: "show or check ktx.yaml",
    description: "Shows or checks ktx.yaml.",
    examples: ["ktx config show", "ktx config check"],
  },
  "config show": {
    summary: "show the configuration with all defaults, and its source",
    description: "Shows the configuration with all defaults, and its source.",
    examples: ["ktx config show", "ktx config show --json | jq .config.llm"],
  },
  "config check": {
    summary: "list each problem of ktx.yaml, with its place and its fix",
    description: "Lists each problem of ktx.yaml with its place, the expected value, and the fix.",
    examples: ["ktx config check", "ktx config check --project-dir docs"],
  },
  logs: {
    summary: "show the records of the last runs, and the last failure",
    description:
      "Shows where the records of the last 20 runs, chat turns, batches and ingests are, and the last failure in full. A record holds no prompt, answer, tool argument or key.",
    examples: ["ktx logs", "ktx logs --json | jq .lastFailure"],
  },
  "report-bug": {
    summary: "write one file for a bug report",
    description:
      "Writes one file with versions, status, the keys of the configuration without values, and the events of the last runs, and lists what is in it.",
    examples: ["ktx report-bug", "ktx report-bug -o report.json"],
  },
  completion: {
    argument: { name: "<shell>", description: "the shell that reads the script" },
    summary: "print the script that completes ktx in a shell",
    description:
      "Prints a script with which a shell completes commands, options, models and conversations of ktx on Tab.",
    examples: [
      "ktx completion bash >> ~/.bashrc",
      "ktx completion fish > ~/.config/fish/completions/ktx.fish",
    ],
  },
  logout: {
    summary: "remove the sign-in of Codex",
    description: "Removes the sign-in that Codex keeps. Every program that uses it is signed out.",
    examples: ["ktx logout", "ktx logout && ktx login --device-auth"],
  },
};

/** The entries of the table, in its order. */
export const commandHelps: readonly (readonly [string, CommandHelp])[] =
  Object.entries(commandTable);
