import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { factPrecedence } from "../../src/failure/fact-precedence.ts";
import { classifyFacts, classifyFailure, type FailureFacts } from "../../src/index.ts";
import { recordings } from "../recordings.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("the README has the table, in its order", () => {
  const table = /\n\| fact +\|[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)/.exec(readme)?.[1] ?? "";
  const facts = Array.from(table.matchAll(/^\| ([^|]*?) +\|/gm), ([, fact]) => fact);
  expect(facts).toEqual(factPrecedence.map(({ fact }) => fact));
});

/** From the strongest to the weakest: each shows another kind than those that it gives way to. */
const ladder: readonly (readonly [string, FailureFacts, string])[] = [
  ["signal", { signal: "SIGKILL" }, "process"],
  ["cause", { info: { type: "cyberPolicy" } }, "content-policy"],
  [
    "sentence that says more than its code",
    { text: '{"error":{"code":"rate_limit_exceeded","message":"Request too large for x"}}' },
    "context-length",
  ],
  ["code", { text: '{"error":{"code":"insufficient_quota","message":"hm"}}' }, "usage-limit"],
  ["sentence", { text: "Missing environment variable: `X`." }, "auth"],
  ["status", { httpStatus: 503 }, "server"],
  ["type", { text: '{"error":{"type":"rate_limit_error","message":"hm"}}' }, "rate-limit"],
  ["body", { text: '{"error":{"message":"hm"}}' }, "invalid-request"],
  ["place", { info: { type: "responseStreamDisconnected" } }, "stream-disconnected"],
  ["JSON-RPC code", { rpcCode: -32_601 }, "codex-config"],
  ["exit code", { exitCode: 3 }, "process"],
];

describe("a fact", () => {
  test.each(ladder)("%s alone shows its kind", (_, facts, kind) => {
    expect(classifyFacts(facts).kind).toBe(kind);
  });

  // Two facts of one field cannot both be there.
  const pairs = ladder.flatMap(([strong, facts, kind], index) =>
    ladder
      .slice(index + 1)
      .filter(([, others]) => Object.keys(others).every((name) => !(name in facts)))
      .map(([weak, others]) => [strong, weak, { ...others, ...facts }, kind] as const),
  );

  test.each(pairs)("%s outranks %s", (_strong, _weak, facts, kind) => {
    expect(classifyFacts(facts).kind).toBe(kind);
  });

  test("that nobody has leaves the kind unknown", () => {
    expect(classifyFacts({})).toEqual({
      kind: "unknown",
      message: "Codex reported a failure without a reason.",
      raw: "",
      retryable: false,
    });
  });
});

describe("the end of the process as values", () => {
  test("has its exit code and the end of its standard error", () => {
    const stderr = "Reading prompt from stdin...\nError: out of luck\n";
    expect(classifyFacts({ exitCode: 1, stderr })).toMatchObject({
      kind: "process",
      exitCode: 1,
      stderrTail: stderr.trim(),
      message: "Codex ended with exit code 1: out of luck",
    });
  });

  test("has its signal, whatever else is known", () => {
    expect(
      classifyFacts({ signal: "SIGTERM", stderr: "Error loading config.toml: x" }),
    ).toMatchObject({ kind: "process", signal: "SIGTERM" });
  });

  test("says what Codex said itself before what it left on standard error", () => {
    const facts = { text: "Not logged in", exitCode: 1, stderr: "Error: thread 'main' panicked" };
    expect(classifyFacts(facts)).toMatchObject({ kind: "auth", message: "Not logged in" });
  });

  const thrown = recordings.flatMap(({ name, thrown: text }) => {
    const end = /^Codex Exec exited with (?:code (\d+)|signal (\w+)): (.*)$/s.exec(text ?? "");
    return text === undefined || end === null ? [] : [{ name, text, end }];
  });

  test.each(thrown)("gives for $name what the SDK's sentence gives", ({ text, end }) => {
    const [, exitCode, signal, stderr = ""] = end;
    const facts = {
      stderr,
      ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
      ...(signal !== undefined && { signal }),
    };
    expect({ ...classifyFacts(facts), raw: "" }).toEqual({ ...classifyFailure(text), raw: "" });
  });
});

describe("a request that the app-server refused", () => {
  test.each([
    [
      "error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: ktx: gone",
      -32_603,
      "tool-server",
    ],
    ["invalid type: integer `5`, expected a string\nin `model`", -32_600, "codex-config"],
    ["Input exceeds the maximum length of 1048576 characters.", -32_602, "context-length"],
    ["no rollout found for thread id x", -32_600, "invalid-request"],
    ["unknown variant `x`, expected one of `initialize`", -32_600, "invalid-request"],
    ["something inside", -32_603, "unknown"],
  ])("%s (%i) is %s", (text, rpcCode, kind) => {
    expect(classifyFacts({ text, rpcCode })).toMatchObject({ kind, raw: text });
  });
});
