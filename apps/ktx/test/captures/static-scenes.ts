import { reply, type SimScript, text } from "@ktx/codex-sim";
import type { Command } from "commander";
import { createProgram } from "../../src/create-program.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

/** A project with a wiki, that of the demo. */
export const sampleProject = "sample";

const inSample = ["--project-dir", sampleProject] as const;

/** In a command line it is the address of the model of {@link playStatic}. */
export const scriptedModel = "SCRIPTED_MODEL";

const onModel = ["--model", "some-model", "--endpoint", scriptedModel] as const;

/** A SQLite file of the project, with one table. */
export const database = "shop.db";

const recording = "run.jsonl";

/** Describes each table in the same way, and answers all else with one word. */
export const playStatic: SimScript = ({ outputSchema }) => {
  const table = { purpose: "The orders of the shop.", grain: "One order.", columns: [], joins: [] };
  return reply([text(outputSchema === undefined ? "Vienna." : JSON.stringify(table))]);
};

/**
 * Command lines that need no terminal of their own: each has a golden file for each width. They run in one process, in
 * order, in a project with nothing but a database. Those that serve until Ctrl-C, or read stdin, are live scenes.
 */
export const staticScenes: Readonly<Record<string, readonly string[]>> = {
  ...helpScenes(),
  "without-a-command": [],
  "unknown-command": ["statu"],
  "unknown-option": ["run", "Hi", "--modle", "x"],
  "run-without-a-prompt": ["run"],
  "run-explain": ["run", "Hi", "--endpoint", "http://127.0.0.1:9/v1", "--model", "m", "--explain"],
  "status-of-an-empty-folder": ["status", "--no-probe"],
  "setup-without-input": ["setup", "--llm-backend", "codex", "--no-input"],
  "status-signed-out": ["status"],
  "config-show": ["config", "show"],
  "config-check": ["config", "check"],
  models: ["models"],
  "threads-none": ["threads"],
  "wiki-without-a-folder": ["wiki", "list"],
  "wiki-list": ["wiki", "list", ...inSample],
  "wiki-search": ["wiki", "search", "refund", ...inSample],
  "wiki-search-without-a-hit": ["wiki", "search", "zebra", ...inSample],
  "wiki-read": ["wiki", "read", "refunds", ...inSample],
  "wiki-why": ["wiki", "why", "refunds", ...inSample],
  "wiki-cite": ["wiki", "cite", "refunds", "docs/none.md:1", ...inSample],
  "wiki-check": ["wiki", "check", ...inSample],
  "wiki-review": ["wiki", "review", ...inSample],
  "wiki-undo": ["wiki", "undo", ...inSample],
  "mcp-without-a-token": ["mcp", "--http", "--write"],
  "remember-verbatim": ["remember", "--verbatim", "Refunds are paid within 14 days.", ...inSample],
  "ingest-without-a-model": ["ingest", "docs", ...inSample],
  "scan-without-a-model": ["scan", "none.sqlite", ...inSample],
  "worker-without-a-store": ["worker"],
  "batch-without-prompts": ["batch", "none.jsonl"],
  "batch-status": ["batch", "status"],
  "threads-delete": ["threads", "delete", "some-name"],
  "run-recorded-in-a-thread": [
    "run",
    "The capital of Austria?",
    "--thread",
    "trip",
    "--record",
    recording,
    ...onModel,
  ],
  threads: ["threads", "--endpoint", scriptedModel],
  "threads-delete-of-one": ["threads", "delete", "trip", "--endpoint", scriptedModel],
  replay: ["replay", recording],
  scan: ["scan", database, "--concurrency", "1", ...onModel],
  "replay-of-no-file": ["replay", "none.jsonl"],
  "sim-on-a-bad-port": ["sim", "--port", "http"],
  "login-in-two-ways": ["login", "--with-api-key", "--device-auth"],
  "setup-yes": ["setup", "--yes", ...inSample],
  "config-show-of-a-file": ["config", "show", ...inSample],
  "setup-agents": ["setup", "--agents", "codex", "--yes", ...inSample],
  logs: ["logs"],
  "report-bug": ["report-bug", "-o", "report.json"],
  "completion-bash": ["completion", "bash"],
  "completion-zsh": ["completion", "zsh"],
  "completion-fish": ["completion", "fish"],
  version: ["--version"],
};

/** Scenes whose lines are code for a shell: they stay whole, and only a terminal breaks them. */
export const codeScenes: ReadonlySet<string> = new Set([
  "completion-bash",
  "completion-zsh",
  "completion-fish",
]);

/** The help of the program and of each of its commands, also of those that come later. */
function helpScenes(): Record<string, readonly string[]> {
  const program = createProgram({
    io: captureIo(),
    services: fakeServices({}),
    exitWith: () => {},
  });
  return Object.fromEntries(
    commandPaths(program).map((path) => [["help", ...path].join("-"), [...path, "--help"]]),
  );
}

function commandPaths(command: Command, path: readonly string[] = []): readonly string[][] {
  return [
    [...path],
    ...command.commands.flatMap((child) => commandPaths(child, [...path, child.name()])),
  ];
}
