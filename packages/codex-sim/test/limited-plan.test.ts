import { expect, test } from "vitest";
import { limitedPlan, startCodexSim } from "../src/index.ts";
import { postResponse } from "./post-response.ts";

test("a limited plan answers so many requests, refuses until its reset, and answers all others", async () => {
  let now = 10_000;
  const script = limitedPlan({ requests: 2, seconds: 5, now: () => now });
  await using sim = await startCodexSim({ script });
  const statuses = async (count: number) => {
    const seen: number[] = [];
    for (let sent = 0; sent < count; sent += 1) seen.push((await postResponse(sim)).status);
    return seen;
  };
  expect(await statuses(4)).toEqual([200, 200, 429, 429]);
  now = 14_999;
  expect(await statuses(1)).toEqual([429]);
  now = 15_000;
  expect(await statuses(3)).toEqual([200, 200, 200]);
});
