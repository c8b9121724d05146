import { describe, expect, test } from "vitest";
import { runCodexAuthProbe } from "../src/index.ts";
import { fakeRunner, message, turnCompleted, turnFailed, turnStarted } from "./fake-runner.ts";

const probe = (
  runner: ReturnType<typeof fakeRunner>,
  model = "codex",
): ReturnType<typeof runCodexAuthProbe> =>
  runCodexAuthProbe({ projectDir: "/project", model, runner });

describe("runCodexAuthProbe", () => {
  test("is content with any completed turn, by one minimal one", async () => {
    const runner = fakeRunner([turnStarted, message("ok"), turnCompleted]);
    expect(await probe(runner)).toEqual({ ok: true });
    expect(runner.inputs).toHaveLength(1);
  });

  test("is content with a turn that completed without a word", async () => {
    expect(await probe(fakeRunner([turnStarted, turnCompleted]))).toEqual({ ok: true });
  });

  test.each([
    ["in the account's envelope", { detail: "The 'gpt-9' model is not supported here." }],
    ["in the API's envelope", { error: { message: "The 'gpt-9' model is not supported here." } }],
  ])("tells a refused model, %s, from a sign-in that does not work", async (_, body) => {
    const result = await probe(
      fakeRunner([turnStarted, turnFailed(JSON.stringify(body))]),
      "gpt-9",
    );
    expect(result).toEqual({
      ok: false,
      message:
        "The model \"gpt-9\" is not available to this account: The 'gpt-9' model is not supported here.",
      fix: expect.stringContaining("llm.models.default"),
    });
  });

  test("gives the cause of a sign-in that does not work, and what to do", async () => {
    const text = "unexpected status 401 Unauthorized: Incorrect API key, url: http://127.0.0.1/";
    expect(await probe(fakeRunner([turnStarted, turnFailed(text)]))).toEqual({
      ok: false,
      message: expect.stringMatching(/^Codex authentication is not usable: .*Incorrect API key/),
      fix: expect.stringMatching(/^Authenticate Codex/),
    });
  });

  test("refuses an id that Codex does not take before any turn, with the fix of a model", async () => {
    const runner = fakeRunner([]);
    expect(await probe(runner, "claude-x")).toEqual({
      ok: false,
      message: expect.stringMatching(/^Unsupported Codex model "claude-x"\./),
      fix: expect.stringContaining("llm.models.default"),
    });
    expect(runner.inputs).toEqual([]);
  });

  test("rejects with the caller's reason when it is aborted", async () => {
    const reason = new Error("never mind");
    const result = runCodexAuthProbe({
      projectDir: "/project",
      model: "codex",
      runner: fakeRunner([turnStarted], { hangs: true }),
      abortSignal: AbortSignal.abort(reason),
    });
    await expect(result).rejects.toBe(reason);
  });
});
