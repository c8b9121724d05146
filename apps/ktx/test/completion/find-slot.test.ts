import { describe, expect, test } from "vitest";
import { findCursor } from "../../src/completion/find-cursor.ts";
import { findSlot } from "../../src/completion/find-slot.ts";
import { formatSuggestions } from "../../src/completion/format-suggestions.ts";
import { createProgram } from "../../src/create-program.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

/** The slot of the cursor at the end of a line, whose words are split at spaces. */
function slotOf(line: string) {
  const program = createProgram({
    io: captureIo(),
    services: fakeServices({}),
    exitWith: () => {},
  });
  const words = line.split(" ");
  const { slot, ...rest } = findSlot(program, words.slice(0, -1), words.at(-1) ?? "");
  switch (slot.type) {
    case "option-value":
      return { ...rest, slot: `value of ${slot.option.long}` };
    case "argument":
      return { ...rest, slot: `argument ${slot.index} of ${slot.command.name()}` };
    case "commands":
      return { ...rest, slot: slot.commands.map((command) => command.name()).join(" ") };
    case "options":
      return { ...rest, slot: slot.options.map(({ long }) => long).join(" ") };
    default:
      return slot satisfies never;
  }
}

test("the first word is a command, and so is the one behind a command that only groups others", () => {
  expect(slotOf("").slot).toMatch(/^demo login setup /);
  expect(slotOf("--verbose ru")).toMatchObject({
    slot: expect.stringMatching(/^demo /),
    typed: "ru",
  });
  expect(slotOf("config ")).toMatchObject({ slot: "show check" });
  expect(slotOf("threads ")).toMatchObject({ slot: "delete" });
});

test("a word with a dash is an option of the command, of the outer ones and of the program", () => {
  expect(slotOf("models -").slot).toBe(
    "--project-dir --json --help --version --verbose --plain --help",
  );
  expect(slotOf("run --mo")).toMatchObject({
    slot: expect.stringContaining("--model"),
    typed: "--mo",
  });
});

test("an inner command has its own options, and not those of the outer one", () => {
  expect(slotOf("batch status -").slot).toBe(
    "--store --project-dir --json --watch --help --version --verbose --plain --help",
  );
});

test.each([
  ["run --model gp", "gp", ""],
  ["run -m gp", "gp", ""],
  ["run --model=gp", "gp", "--model="],
  ["run Hi --json --model ", "", ""],
])("the cursor in %j is at the value of --model", (line, typed, before) => {
  expect(slotOf(line)).toMatchObject({ slot: "value of --model", typed, before });
});

test.each([
  ["run ", "argument 0 of run"],
  ["run --json ", "argument 0 of run"],
  ["run --model gpt ", "argument 0 of run"],
  ["run -- --mo", "argument 0 of run"],
  ["run - ", "argument 1 of run"],
  ["threads delete a ", "argument 1 of delete"],
  ["nonsense ", "argument 1 of ktx"],
])("the cursor in %j is at %s", (line, slot) => {
  expect(slotOf(line).slot).toBe(slot);
});

test("the flags before the cursor are known with their values", () => {
  const { given } = slotOf("run --endpoint http://x/v1 --project-dir=a --thread t");
  expect(Object.fromEntries(given)).toEqual({ "--endpoint": "http://x/v1", "--project-dir": "a" });
});

describe("suggestions for a shell", () => {
  const suggestions = [
    { value: "my trip", description: "Plan \u001b[31mit\nnow" },
    { value: "a:b", description: String.raw`back\slash` },
    { value: "$(rm x)" },
  ];

  test("bash gets those that begin like the word, as it would need them typed", () => {
    const lines = (typed: string) =>
      formatSuggestions(suggestions, { shell: "bash", typed, before: "", kept: 0 });
    expect(lines("")).toEqual([String.raw`my\ trip`, "a:b", String.raw`\$\(rm\ x\)`]);
    expect(lines(String.raw`my\ t`)).toEqual([String.raw`my\ trip`]);
    expect(lines("z")).toEqual([]);
  });

  test("zsh and fish get all of them, with one line of their descriptions, as their scripts read it", () => {
    const lines = (shell: "zsh" | "fish") =>
      formatSuggestions(suggestions, { shell, typed: "", before: "", kept: 0 });
    expect(lines("zsh")).toEqual(["my trip:Plan it", String.raw`a\:b:back\slash`, "$(rm x)"]);
    expect(lines("fish")).toEqual(["my trip\tPlan it", "a:b\tback\\slash", "$(rm x)"]);
  });

  test("of a word that the shell replaces in part, that part is given", () => {
    const given = { shell: "bash", typed: "gp", before: "--model=" } as const;
    const model = [{ value: "gpt-5.5" }];
    expect(formatSuggestions(model, { ...given, kept: 0 })).toEqual(["--model=gpt-5.5"]);
    expect(formatSuggestions(model, { ...given, kept: 8 })).toEqual(["gpt-5.5"]);
  });
});

describe("the cursor", () => {
  test.each([
    ["ktx ru", "ktx|ru", 1, { words: [], current: "ru", kept: 0 }],
    ["ktx run ", "ktx|run|", 2, { words: ["run"], current: "", kept: 0 }],
    [
      "ktx run --model=gp",
      "ktx|run|--model|=|gp",
      4,
      { words: ["run"], current: "--model=gp", kept: 8 },
    ],
    ["ktx run --model=", "ktx|run|--model|=", 3, { words: ["run"], current: "--model=", kept: 8 }],
    [
      "ktx run --model=gp",
      "ktx|run|--model=gp",
      2,
      { words: ["run"], current: "--model=gp", kept: 0 },
    ],
    [
      "ktx -m a:b --thread  t",
      "ktx|-m|a|:|b|--thread|t",
      6,
      { words: ["-m", "a:b", "--thread"], current: "t", kept: 0 },
    ],
    ["ktx run run", "ktx|run|run", 2, { words: ["run"], current: "run", kept: 0 }],
  ])("of bash in %j is found in the words that it made", (line, words, at, cursor) => {
    const env = { COMP_CWORD: String(at), COMP_LINE: line };
    expect(findCursor(words.split("|"), "bash", env)).toEqual(cursor);
  });

  test.each([
    ["ktx|ru", { words: [], current: "ru", kept: 0 }],
    ["ktx|run|", { words: ["run"], current: "", kept: 0 }],
  ])("of fish in %j is its last word", (words, cursor) => {
    expect(findCursor(words.split("|"), "fish", {})).toEqual(cursor);
  });
});
