import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeProblem, parseConfig } from "../src/index.ts";
import { brokenFiles } from "./broken-files.ts";

const complete = `
llm:
  provider:
    backend: codex
    codex:
      isolation: host
      api_key_env: CODEX_API_KEY
  models:
    default: gpt-5.5
    triage: gpt-5.4-mini
`;

describe("a file without faults", () => {
  test("gives what was written and what follows from it, and no problems", () => {
    expect(parseConfig(complete)).toEqual({
      written: {
        llm: {
          provider: {
            backend: "codex",
            codex: { isolation: "host", api_key_env: "CODEX_API_KEY" },
          },
          models: { default: "gpt-5.5", triage: "gpt-5.4-mini" },
        },
      },
      config: {
        llm: {
          backend: "codex",
          codex: {
            isolation: "host",
            auth: { kind: "api-key", apiKeyEnv: "CODEX_API_KEY" },
            endpoint: undefined,
          },
          models: {
            default: "gpt-5.5",
            triage: "gpt-5.4-mini",
            candidateExtraction: "gpt-5.5",
            curator: "gpt-5.5",
            reconcile: "gpt-5.5",
            repair: "gpt-5.5",
          },
        },
      },
      problems: [],
    });
  });

  test.each([
    ["anchors and aliases", "llm:\n  models:\n    default: &m gpt-5.5\n    triage: *m\n"],
    ["a byte order mark", "\uFEFFllm: {}\n"],
    ["Windows line ends", "llm:\r\n  models:\r\n    default: gpt-5.5\r\n"],
    ["a document start and end", "---\nllm: {}\n...\n"],
    ["JSON", '{ "llm": { "models": { "default": "gpt-5.5" } } }'],
    ["no line break at the end", "llm: {}"],
  ])("may have %s", (_, text) => {
    expect(parseConfig(text).problems).toEqual([]);
  });
});

describe("a file with faults", () => {
  test("has its place, what was expected, what came, and the fix in a sentence each", async () => {
    const said = Object.entries(brokenFiles).map(([title, text]) => {
      const { config, problems } = parseConfig(text);
      return [
        `# ${title}: ${config === undefined ? "no config" : "a config"}`,
        ...text.split("\n").map((line) => `| ${line}`.trimEnd()),
        ...problems.flatMap((problem) => [`(${problem.code})`, describeProblem(problem)]),
      ].join("\n");
    });
    await expect(`${said.join("\n\n")}\n`).toMatchFileSnapshot("goldens/broken-files.txt");
  });

  test.each(Object.entries(brokenFiles))(
    "%s: an error leaves no config, a warning does, and each has a fix",
    (_, text) => {
      const { config, problems } = parseConfig(text);
      expect(config === undefined).toBe(problems.some(({ severity }) => severity === "error"));
      expect(problems).not.toEqual([]);
      for (const problem of problems) expect(describeProblem(problem)).toMatch(/^  fix: ./m);
    },
  );

  test.each([
    ["in flow style", `llm: ${"[".repeat(20_000)}`],
    [
      "in block style",
      Array.from({ length: 3000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    ],
  ])("nesting beyond the parser's limit %s is one error", (_, text) => {
    const { config, problems } = parseConfig(text);
    expect([config, problems.map(({ severity }) => severity)]).toEqual([undefined, ["error"]]);
  });

  test("problems name the file as the caller shows it", () => {
    const [problem] = parseConfig("llm: 1", { file: "app/ktx.yaml" }).problems;
    expect(problem && describeProblem(problem)).toMatch(/^app\/ktx\.yaml:1:6 {2}llm: expected/);
  });
});

describe("any text", () => {
  const yamlish = fc
    .array(
      fc.oneof(
        fc.constantFrom("llm", "provider", "models", "backend", "codex", "default", "gpt-5.5"),
        fc.constantFrom(
          ":",
          ": ",
          "\n",
          "\n  ",
          "\n    ",
          "- ",
          "? ",
          "&a",
          "*a",
          "<<",
          "!t",
          "|",
          ">",
        ),
        fc.constantFrom(
          "{",
          "}",
          "[",
          "]",
          ",",
          "#",
          " #",
          "'",
          '"',
          "\t",
          "%",
          "---\n",
          "~",
          "\uFEFF",
        ),
        fc.string({ maxLength: 4, unit: "binary" }),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(""));

  test("is parsed without a throw, with every problem placed in the text", () => {
    fc.assert(
      fc.property(yamlish, (text) => {
        const lines = text.split("\n").length;
        for (const { line, column, message, fix } of parseConfig(text).problems) {
          expect(message).toMatch(/^expected .+, got .+/s);
          expect(fix).toMatch(/[.?]$/);
          expect(line).toSatisfy((value: number) => value >= 1 && value <= lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("that holds a secret anywhere is described without it", () => {
    const secret = "sk-proj-Zx81kLmQ92aa";
    const template = complete.trim().split(/(?<=[\n:])|(?=\n)/);
    fc.assert(
      fc.property(
        fc.nat(template.length - 1),
        fc.constantFrom(
          ` ${secret}`,
          ` *${secret}`,
          ` !${secret} x`,
          `%${secret}\n---\n`,
          `${secret}:`,
          `"${secret}`,
          `- ${secret}`,
          `{${secret}: [${secret}`,
        ),
        (index, insertion) => {
          const { config, problems } = parseConfig(
            template.toSpliced(index, 1, insertion).join(""),
          );
          expect(JSON.stringify(problems)).not.toContain(secret);
          expect(config === undefined || problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
