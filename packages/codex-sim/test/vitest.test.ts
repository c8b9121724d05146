import { reply, type CodexSim, text } from "@ktx/codex-sim";
import { simFixtures, simMatchers } from "@ktx/codex-sim/vitest";
import { describe, expect, test as base } from "vitest";
import { postResponse } from "./post-response.ts";

expect.extend(simMatchers);
const test = base.extend(simFixtures);

const result = {
  stopReason: "natural",
  toolCalls: [{ tool: "look", arguments: { word: "a", deep: { n: 1 } } }],
  metrics: { usage: { inputTokens: 20, outputTokens: 5, totalTokens: 25 } },
};
const failed = Object.assign(new Error("No."), { failure: { kind: "auth" }, usage: {} });

describe("the matchers", () => {
  test("find tool calls by name and by a part of their arguments", () => {
    expect(result).toHaveCalledTool("look");
    expect(result).toHaveCalledTool("look", { deep: { n: 1 } });
    expect(result).not.toHaveCalledTool("look", { word: "b" });
    expect(() => expect(result).toHaveCalledTool("write")).toThrow(
      'Expected a call of write, got look({"word":"a","deep":{"n":1}}).',
    );
    expect(() => expect({ toolCalls: [] }).toHaveCalledTool("write")).toThrow("got no call");
  });

  test("compare usage, and a count that is missing is not little", () => {
    expect(result).toHaveUsedAtMost({ totalTokens: 25, inputTokens: 20 });
    expect(() => expect(result).toHaveUsedAtMost({ outputTokens: 4 })).toThrow(
      'Expected at most {"outputTokens":4}, got {"inputTokens":20,"outputTokens":5,"totalTokens":25}.',
    );
    expect({ usage: { totalTokens: 5 } }).toHaveUsedAtMost({ totalTokens: 5 });
  });

  test("know the ends of results and of errors", () => {
    expect(result).toHaveEndedAs("natural");
    expect(failed).toHaveEndedAs("auth");
    expect(() => expect(result).toHaveEndedAs("budget")).toThrow(
      "Expected the end budget, got natural.",
    );
    const broken = { stopReason: "error", error: failed };
    expect(broken).toHaveEndedAs("error");
    expect(broken).toHaveEndedAs("auth");
  });

  test.each<[string, () => void, string]>([
    [
      "calls in a text",
      () => expect("Done.").not.toHaveCalledTool("look"),
      'Expected `toolCalls`, which results of `runAgentLoop` and errors of runs have, got "Done.".',
    ],
    [
      "tokens that nobody counted",
      () => expect(failed).not.toHaveUsedAtMost({ totalTokens: 5 }),
      "Expected a count of totalTokens, got {}.",
    ],
    [
      "the end of nothing",
      () => expect(undefined).not.toHaveEndedAs("natural"),
      "Expected a result of a loop, or an error, got nothing.",
    ],
  ])("fail, also with `not`, for %s", (_, check, message) => {
    expect(check).toThrow(message);
  });
});

describe("the fixture", () => {
  let left: CodexSim | undefined;

  test("starts a stand-in for a test", async ({ startSim }) => {
    left = await startSim([reply([text("Hello.")])]);
    expect((await postResponse(left)).body).toContain("Hello.");
  });

  test("which is closed when the test has ended", async () => {
    if (left === undefined) throw new Error("The test above starts a stand-in.");
    await expect(postResponse(left)).rejects.toThrow("fetch failed");
  });
});
