import { statSync } from "node:fs";
import { createScriptedRuntime } from "@ktx/codex-runtime/testing";
import { defineTool } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { lintRecording, record, Redaction } from "../src/index.ts";
import { newFile, recordedRuntime, replayedRuntime } from "./recorded-run.ts";

/** None of these may be in a file, in any part of a run. */
const planted = {
  ofTheEnvironment: "value/of+the-variable",
  given: "a given secret text",
  key: "sk-proj-abcdefghijklmnopqrstuvwx",
  github: "ghp_abcdefghijklmnopqrstuvwxyz012345",
  amazon: "AKIAIOSFODNN7EXAMPLE",
  pem: "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----",
  home: "/home/somebody",
  project: "/home/somebody/code/secret-project",
  password: "password=HUNTER2SECRETxyz",
  query: "https://a.example/?page=2&access_token=abcdef123456",
  json: String.raw`{"db":"{\"pwd\": \"abc\\\\def \\\"123456\"}"}`,
  cookie: "set-cookie: sid=abcdef123456; Path=/",
};
const everything = Object.values(planted).join(" ; ");
const rules = {
  secrets: [planted.given],
  env: { SERVICE_TOKEN: planted.ofTheEnvironment, LANG: "en_US.UTF-8" },
  folders: { home: planted.home, project: planted.project },
};
const tool = defineTool({
  name: "look",
  description: "Looks.",
  inputSchema: z.looseObject({ word: z.string() }),
  execute: ({ word }) => ({ said: word, nested: [{ [planted.given]: everything }] }),
});
const failing = defineTool({
  ...tool,
  name: "fail",
  execute: () => {
    throw new Error(everything);
  },
});

describe("a recording has none of the planted secrets and paths", () => {
  const leaks = (text: string): readonly string[] =>
    [...Object.values(planted), "secret-project", "somebody", "MIIabc"].filter((secret) =>
      [secret, JSON.stringify(secret).slice(1, -1)].some((form) => text.includes(form)),
    );

  test("in prompts, instructions, arguments, results, answers, pieces of answers and errors", async () => {
    const { runtime, text } = recordedRuntime(
      [
        {
          toolCalls: [
            { tool: "look", arguments: { word: everything, apiKey: "short" } },
            { tool: "fail", arguments: { word: planted.home } },
          ],
          text: `The answer is ${everything}.`,
          deltas: 60,
        },
        { failure: { kind: "unknown", message: everything } },
      ],
      rules,
    );
    const ask = {
      role: "default",
      prompt: everything,
      system: everything,
      tools: { tool, failing },
    };
    await runtime.generateText({ ...ask, onToolFailure: "continue" });
    await runtime.generateText(ask).catch(() => {});
    expect(leaks(text())).toEqual([]);
    expect(text()).toContain("[redacted]");
    expect(text()).toContain("{project}");
    expect(text()).not.toContain('"apiKey":"short"');
    expect(lintRecording(text(), rules)).toEqual([]);
  });

  test("and a prompt that holds them is found again with the same rules", async () => {
    const { runtime, text } = recordedRuntime([{ text: "Well." }], rules);
    const ask = { role: "default", prompt: `Look into ${everything}.` };
    await runtime.generateText(ask);
    expect(await replayedRuntime(text(), rules).generateText(ask)).toBe("Well.");
  });

  test("and the check of a recording finds each of them where it was left", () => {
    for (const secret of Object.values(planted)) {
      const end = { type: "turn-end", turn: 1, atMs: 0, error: { name: "E", message: secret } };
      const problems = lintRecording(`${JSON.stringify(end)}\n`, rules);
      expect
        .soft(problems.map(({ message }) => message).join(), secret)
        .toContain("A secret or a path");
    }
  });
});

test("what only looks like a path or a secret stays", () => {
  const { text } = new Redaction(rules);
  for (const harmless of [
    "/srv/somebody.txt",
    "the key is in the drawer",
    "maxTokens",
    "https://example.org/a/b",
  ])
    expect.soft(text(harmless)).toBe(harmless);
});

test.each([
  "apiKey",
  "api_key",
  "X-Api-Key",
  "accessToken",
  "token",
  "client_secret",
  "Password",
  "authorization",
])("the value of the field %s is taken out", (name) => {
  expect(new Redaction().value({ [name]: "short" })).toEqual({ [name]: "[redacted]" });
});

test.each(["key", "primaryKey", "pageToken", "next_token", "monkey", "tokens", "outputToken"])(
  "the value of the field %s stays",
  (name) => {
    expect(new Redaction().value({ [name]: "a.b" })).toEqual({ [name]: "a.b" });
  },
);

test("folders of users whom no rule names lose the name, on each system", () => {
  const { text } = new Redaction();
  expect(text("/home/anna/x, /Users/anna/x, C:\\Users\\anna\\x")).toBe(
    "/home/{user}/x, /Users/{user}/x, C:\\Users\\{user}\\x",
  );
});

test.skipIf(process.platform === "win32")("only its owner may read a recording", async () => {
  const file = newFile();
  const runtime = createScriptedRuntime([{ text: "Hi." }], {
    wrapTransport: (transport) => record(transport, file),
  });
  await runtime.generateText({ role: "default", prompt: "Hi." });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
