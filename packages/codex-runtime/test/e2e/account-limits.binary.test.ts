import { reply, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { RateLimitGovernor, type RateLimitEvent } from "../../src/index.ts";
import { stageOn } from "./scene.ts";

const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

function limitHeaders(usedPercent: number, resetsAt: number): Readonly<Record<string, string>> {
  return {
    "x-codex-primary-used-percent": String(usedPercent),
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": String(resetsAt),
    "x-codex-secondary-used-percent": "24",
    "x-codex-secondary-window-minutes": "10080",
    "x-codex-secondary-reset-at": String(resetsAt + 1_000),
  };
}

const { startScene } = stageOn("app-server");

test("the limits in the headers of a response are events of the governor, and known without another turn", async () => {
  const resetsAt = secondsFromNow(3_600);
  const rateLimits = new RateLimitGovernor({ warnAtPercent: 40 });
  const events: RateLimitEvent[] = [];
  rateLimits.subscribe((event) => events.push(event));
  await using scene = await startScene(
    [reply([text("hello")], { headers: limitHeaders(42, resetsAt) })],
    { rateLimits },
  );
  await scene.runtime.generateText({ role: "default", prompt: "hi" });
  const primary = {
    name: "codex primary",
    usedPercent: 42,
    windowMinutes: 300,
    resetsAtMs: resetsAt * 1_000,
    hasCredits: false,
  };
  expect(events).toMatchObject([
    { type: "usage_reported", windows: [primary, { name: "codex secondary", usedPercent: 24 }] },
    { type: "usage_warning", window: primary },
  ]);
  expect(await scene.runtime.limits()).toMatchObject({
    limitId: "codex",
    primary: { usedPercent: 42, windowDurationMins: 300, resetsAt },
    secondary: { usedPercent: 24, windowDurationMins: 10_080, resetsAt: resetsAt + 1_000 },
  });
  expect(scene.sim.requests).toHaveLength(1);
});

test("a used-up window keeps the next run from asking the service before its reset", async () => {
  const resetsAt = secondsFromNow(2);
  const askedAtMs: number[] = [];
  await using scene = await startScene(
    () => {
      askedAtMs.push(Date.now());
      return reply([text("hello")], { headers: limitHeaders(100, resetsAt) });
    },
    { rateLimits: new RateLimitGovernor() },
  );
  const input = { role: "default", prompt: "hi" };
  await scene.runtime.generateText(input);
  expect(await scene.runtime.generateText(input)).toBe("hello");
  expect(askedAtMs).toHaveLength(2);
  expect(askedAtMs[1]).toBeGreaterThanOrEqual(resetsAt * 1_000);
});

test("a used-up window refuses the next run that may not wait, and the service is not asked", async () => {
  await using scene = await startScene(
    () => reply([text("hello")], { headers: limitHeaders(100, secondsFromNow(3_600)) }),
    { rateLimits: new RateLimitGovernor({ maxWaitMs: 1_000 }) },
  );
  const input = { role: "default", prompt: "hi" };
  await scene.runtime.generateText(input);
  await expect(scene.runtime.generateText(input)).rejects.toMatchObject({
    failure: { kind: "usage-limit" },
  });
  expect(scene.sim.requests).toHaveLength(1);
});
