import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodexKtxLlmRuntime, type Transport } from "@ktx/codex-runtime";
import {
  createScriptedRuntime,
  type RuntimeScript,
  type ScriptedRuntime,
} from "@ktx/codex-runtime/testing";
import { onTestFinished } from "vitest";
import { record, type RecordOptions, type ReplayOptions, replayText } from "../src/index.ts";

/** A file in a folder of its own, for one test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "ktx-recording-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "run.jsonl");
}

/** A scripted runtime whose turns are recorded, and the text of the recording so far. */
export function recordedRuntime(
  script: RuntimeScript,
  options: RecordOptions = {},
): { readonly runtime: ScriptedRuntime; readonly text: () => string } {
  const file = newFile();
  const runtime = createScriptedRuntime(script, {
    wrapTransport: (transport) => {
      const recorded = record(transport, file, options);
      onTestFinished(() => void recorded[Symbol.asyncDispose]());
      return recorded;
    },
  });
  return { runtime, text: () => readFileSync(file, "utf8") };
}

/** A runtime that takes its turns from a recording. */
export function replayedRuntime(text: string, options: ReplayOptions = {}): CodexKtxLlmRuntime {
  return runtimeOn(replayText(text, options));
}

function runtimeOn(transport: Transport): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "gpt-5.5" },
    maxRetries: 0,
    transport,
  });
}
