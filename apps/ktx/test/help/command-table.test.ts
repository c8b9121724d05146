import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { splitCommand } from "../../src/agent/split-command.ts";
import { createProgram } from "../../src/create-program.ts";
import { commandHelps } from "../../src/help/command-table.ts";
import { rootHelp } from "../../src/help/root-help.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

function openProgram(): Command {
  return createProgram({ io: captureIo(), services: fakeServices({}), exitWith: () => {} });
}

/** Every command below this one, outer ones first. */
function commandsOf(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...commandsOf(inner)]);
}

/** `threads delete` */
function nameOf(command: Command): string {
  const outer = command.parent?.parent ? `${nameOf(command.parent)} ` : "";
  return `${outer}${command.name()}`;
}

/** The command that a command line calls. Only its parsing happens. */
async function parse(args: readonly string[]): Promise<string> {
  const program = openProgram();
  let called = "";
  for (const command of commandsOf(program)) command.action(() => void (called = nameOf(command)));
  await program.parseAsync(args, { from: "user" });
  return called;
}

test("the table holds every command, in the program's order", () => {
  expect(commandHelps.map(([name]) => name)).toEqual(commandsOf(openProgram()).map(nameOf));
});

test("the help of the program lists each outer command by its line of the table", () => {
  const listed =
    rootHelp(80)
      .match(/Commands:\n(.*?)\n\n/s)?.[1]
      ?.split("\n") ?? [];
  expect(listed.map((line) => line.trim().split(/ {2,}/))).toEqual(
    commandHelps
      .filter(([name]) => !name.includes(" "))
      .map(([name, { argument, summary }]) => [
        [name, argument?.name].filter((part) => part !== undefined).join(" "),
        summary,
      ]),
  );
});

describe.each(commandHelps)("the help of ktx %s", (name, { examples, summary, description }) => {
  test("speaks in the voice of the others", () => {
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(description).toMatch(/^[A-Z][a-z]+s .*\.$/);
  });

  test("has two examples that differ, and whose command lines are valid", async () => {
    expect(new Set(examples).size).toBe(2);
    for (const example of examples) {
      expect(example).toMatch(/(?:^|\| |&& )ktx /);
      const own = example.split(/ (?:\||&&|<|>>?) /).filter((part) => part.startsWith("ktx "));
      const called = await Promise.all(
        own.map((line) => parse(splitCommand(line)?.slice(1) ?? [])),
      );
      expect(called[0]).toMatch(new RegExp(`^${name}\\b`));
      expect(called).not.toContain("");
    }
  });
});

test("the README has a row for each outer command", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const rows = Array.from(readme.matchAll(/^\| `ktx ([\w-]+)/gm), ([, name]) => name);
  const outer = commandHelps.map(([name]) => name).filter((name) => !name.includes(" "));
  // Its reverse, `ktx logout`, stands in the row of `ktx login`.
  expect(rows).toEqual(expect.arrayContaining(outer.filter((name) => name !== "logout")));
});

test.each([40, 80, 120, 200])("no help is wider than %i columns", (columns) => {
  const io = captureIo();
  Object.assign(io.stdout, { columns });
  const program = createProgram({ io, services: fakeServices({}), exitWith: () => {} });
  program.outputHelp();
  for (const command of commandsOf(program)) command.outputHelp();
  expect(io.written.stdout.split("\n").filter((line) => line.length > columns)).toEqual([]);
});
