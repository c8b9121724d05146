import type { Command } from "commander";
import { createProgram } from "../../src/create-program.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

/** Command lines that need no model: each has a golden file for each width. They run in an empty project, in order. */
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
  "mcp-without-a-token": ["mcp", "--http", "--write"],
  version: ["--version"],
};

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
