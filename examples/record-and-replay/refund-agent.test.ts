import { readFileSync } from "node:fs";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { lintRecording, replay } from "@ktx/recording";
import { expect, test } from "vitest";
import { recordingFile, redactionRules } from "./recording-file.ts";
import { refundWindow } from "./refund-agent.ts";

const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  transport: replay(recordingFile, { ...redactionRules, tools: "run" }),
});

test("the window of an e-mail order is 14 days", async () => {
  expect(await refundWindow(runtime, "e-mail")).toBe(14);
});

test("a prompt that was not recorded fails, and asks no model", async () => {
  await expect(refundWindow(runtime, "shop")).rejects.toThrow(/recording/);
});

test("the recording is complete, and holds no secret", () => {
  expect(lintRecording(readFileSync(recordingFile, "utf8"), redactionRules)).toEqual([]);
});
