import * as fc from "fast-check";
import { expect, test } from "vitest";
import { beginServerTurn, type ServerNotification } from "../../src/app-server/index.ts";
import { ids, notification, turnEnded, usageTold } from "./notifications.ts";
import { replayMessages, type ReplayedTurn, tokensOf } from "./replay-messages.ts";

/** Turn after turn of one thread. */
function replayTurns(
  ...turns: readonly (readonly ServerNotification[])[]
): readonly ReplayedTurn[] {
  const replayed: ReplayedTurn[] = [];
  for (const notifications of turns) {
    const begun = beginServerTurn(ids, replayed.at(-1)?.turn);
    replayed.push(replayMessages(notifications, begun));
  }
  return replayed;
}

const end = turnEnded("completed");

test("each turn has what it has added to the count of the thread", () => {
  const turns = replayTurns(
    [usageTold(100, 20), usageTold(300, 50), end],
    [usageTold(450, 60), end],
    [usageTold(451, 62), end],
  );
  expect(turns.map(({ events }) => events.at(-1))).toEqual(
    [
      { input_tokens: 300, cached_input_tokens: 0, output_tokens: 50, total_tokens: 350 },
      { input_tokens: 150, cached_input_tokens: 0, output_tokens: 10, total_tokens: 160 },
      { input_tokens: 1, cached_input_tokens: 0, output_tokens: 2, total_tokens: 3 },
    ].map((usage) => ({ type: "turn.completed", usage })),
  );
});

test("the first turn of a resumed thread has its own tokens alone", () => {
  const total = { inputTokens: 700, outputTokens: 90, totalTokens: 790 };
  const last = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
  const first = notification("thread/tokenUsage/updated", {
    ...ids,
    tokenUsage: { total, last },
  });
  const [turn, next] = replayTurns([first, usageTold(750, 100), end], [usageTold(800, 101), end]);
  expect(turn && tokensOf(turn)).toMatchObject({
    inputTokens: 150,
    outputTokens: 30,
    totalTokens: 180,
  });
  expect(next && tokensOf(next)).toMatchObject({ inputTokens: 50, outputTokens: 1 });
});

test("tokens that were written to a cache are those of the turn, and 0 of them is no report", () => {
  const report = (total: number, last: number) => {
    const counts = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
    return notification("thread/tokenUsage/updated", {
      ...ids,
      tokenUsage: {
        total: { ...counts, inputTokens: 100 * total, cacheWriteInputTokens: total },
        last: { ...counts, cacheWriteInputTokens: last },
      },
    });
  };
  const [resumed, next] = replayTurns([report(70, 0), end], [report(79, 9), end]);
  expect(resumed && Object.keys(tokensOf(resumed))).not.toContain("cacheWriteInputTokens");
  expect(next && tokensOf(next)).toMatchObject({ cacheWriteInputTokens: 9 });
});

test("a turn of which nothing is told has no usage, and the next one does not take over its count", () => {
  const [, silent, next] = replayTurns([usageTold(100, 20), end], [end], [usageTold(130, 25), end]);
  expect(silent?.events).toEqual([{ type: "turn.completed" }]);
  expect(next && tokensOf(next)).toMatchObject({ inputTokens: 30, outputTokens: 5 });
});

test("a count that is told again adds nothing", () => {
  const [, second] = replayTurns(
    [usageTold(100, 20), end],
    [usageTold(100, 20), usageTold(110, 21), usageTold(110, 21), end],
  );
  expect(second && tokensOf(second)).toMatchObject({ inputTokens: 10, outputTokens: 1 });
});

test.each(["8", null, -8, undefined])(
  "a count of %j is not told, and those before it stay",
  (odd) => {
    const total = { inputTokens: 7, outputTokens: odd, totalTokens: 10 };
    const params = { ...ids, tokenUsage: { total } };
    const [before, after] = replayTurns(
      [usageTold(5, 3), notification("thread/tokenUsage/updated", params)],
      [usageTold(9, 4)],
    );
    expect(before && tokensOf(before)).toMatchObject({ inputTokens: 7, outputTokens: 3 });
    expect(after && tokensOf(after)).toMatchObject({ inputTokens: 2, outputTokens: 1 });
  },
);

test("a count that falls takes nothing back", () => {
  const [turn] = replayTurns([usageTold(100, 20), usageTold(40, 30)]);
  expect(turn && tokensOf(turn)).toMatchObject({ inputTokens: 100, outputTokens: 30 });
});

/** As 0.163.0 tells it: the second turn meets the end of the window, the third one makes room. */
test("running out of room uses no tokens, forgets none, and the count goes on after it", () => {
  const full = usageTold(0, 0, 258_400);
  const turns = replayTurns(
    [usageTold(600, 40), end],
    [usageTold(1200, 80), full, turnEnded("failed", { message: "Codex ran out of room." })],
    [full, usageTold(7, 3, 258_410), usageTold(14, 6, 258_420), end],
    [usageTold(21, 9, 258_430), end],
  );
  expect(turns.map(tokensOf)).toMatchObject([
    { inputTokens: 600, outputTokens: 40, totalTokens: 640 },
    { inputTokens: 600, outputTokens: 40, totalTokens: 640 },
    { inputTokens: 14, outputTokens: 6, totalTokens: 20 },
    { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
  ]);
});

test("the turns add up to the thread", () => {
  const steps = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }));
  fc.assert(
    fc.property(steps, (rises) => {
      let total = 0;
      const turns = replayTurns(
        ...rises.map((turn) => turn.map((rise) => usageTold((total += rise), total))),
      );
      expect(turns.map((turn) => tokensOf(turn).inputTokens)).toEqual(
        rises.map((turn) => turn.reduce((sum, rise) => sum + rise, 0)),
      );
    }),
  );
});
