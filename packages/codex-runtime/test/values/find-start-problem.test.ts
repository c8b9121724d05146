import { ToolBridgeError } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  findRunEnd,
  findStartProblem,
  RuntimeInputError,
  type StartProblem,
} from "../../src/index.ts";
import { fakeRunner } from "../fake-runner.ts";
import { loop, runtimeOn, search } from "../runtime-on-fakes.ts";

const runtime = runtimeOn(fakeRunner([]));

const cases: readonly (readonly [string, () => Promise<unknown>, StartProblem])[] = [
  [
    "a prompt without a word",
    () => runtime.generateText({ role: "default", prompt: " " }),
    { cause: "input", message: expect.stringContaining("Expected a prompt") },
  ],
  [
    "a schema that no JSON can answer",
    () =>
      runtime.generateObject({ role: "default", prompt: "Go", schema: z.map(z.any(), z.symbol()) }),
    {
      cause: "input",
      message: expect.stringMatching(/^The output schema cannot be used: .+ \(at \$.*\)\.$/),
      suggestion: expect.stringMatching(/./),
    },
  ],
  [
    "two tools of one name",
    () => runtime.runAgentLoop(loop({ toolSet: { one: search, two: search } })),
    { cause: "input", message: expect.stringContaining("wiki_search") },
  ],
  [
    "an installation of Codex without its binary",
    () => Promise.reject(new RuntimeInputError("codex-not-found", "It is not installed.")),
    { cause: "machine", message: "It is not installed." },
  ],
  [
    "a bridge that may not listen",
    () => Promise.reject(new ToolBridgeError("listen-failed", "Expected a free port, got none.")),
    { cause: "machine", message: "Expected a free port, got none." },
  ],
];

test.each(cases)("%s is a start problem and no end of a run", async (_, work, expected) => {
  const error: unknown = await work().then(
    () => expect.unreachable("It was started."),
    (thrown: unknown) => thrown,
  );
  expect(findStartProblem(error)).toEqual(expected);
  expect(findRunEnd(error)).toBeUndefined();
});

test.each([new Error("mine"), "a text", undefined])("%s is no start problem", (error) => {
  expect(findStartProblem(error)).toBeUndefined();
});
