import { expect, onTestFinished, vi } from "vitest";
import { z } from "zod";
import {
  CodexKtxLlmRuntime,
  type CodexRunner,
  type CodexRuntimeOptions,
  type Transport,
} from "../../src/index.ts";
import { playedBy } from "../fake-transport.ts";
import {
  type FakeRunner,
  fakeRunner,
  message,
  toolCalled,
  turnCompleted,
  turnStarted,
} from "../fake-runner.ts";

export const count = z.object({ count: z.number() });
export const ask = { role: "default", prompt: "How many?", schema: count };

export const invalid = '{"count":"many"}';
export const valid = '{"count":3}';

export const answering = (...texts: readonly string[]): FakeRunner =>
  fakeRunner([turnStarted, ...texts.map(message), turnCompleted]);

export const searching = (text: string): FakeRunner =>
  fakeRunner([turnStarted, toolCalled("search"), message(text), turnCompleted]);

export function runtimeOn(
  player: CodexRunner | Transport,
  options: Partial<CodexRuntimeOptions> = {},
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    ...playedBy(player),
    maxRetries: 0,
    ...options,
  });
}

/** Stops the timers and the clock, which the test then moves itself. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** The error that a promise is rejected with. */
export function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => expect.unreachable(`it resolved to ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}
