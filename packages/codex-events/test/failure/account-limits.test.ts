import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findLimitReset, mergeAccountLimits } from "../../src/failure/account-limits.ts";
import { classifyFacts, parseAccountLimits } from "../../src/index.ts";

/** As the app-server of 0.163.0 writes it, from the recording of a usage limit. */
const recorded = {
  limitId: "codex",
  limitName: null,
  normalModelSlug: null,
  primary: { usedPercent: 100, windowDurationMins: 300, resetsAt: 1_795_357_434 },
  secondary: null,
  credits: null,
  individualLimit: null,
  spendControlReached: null,
  planType: null,
  rateLimitReachedType: null,
};

describe("an account's limits", () => {
  test("are read without what is null", () => {
    expect(parseAccountLimits(recorded)).toEqual({
      limitId: "codex",
      primary: { usedPercent: 100, windowDurationMins: 300, resetsAt: 1_795_357_434 },
    });
  });

  test("are read with every field", () => {
    const limits = {
      limitId: "codex",
      limitName: "Codex",
      primary: { usedPercent: 12.5, windowDurationMins: 300, resetsAt: 1 },
      secondary: { usedPercent: 0 },
      credits: { hasCredits: true, unlimited: false, balance: "12.30" },
      individualLimit: { limit: "50", used: "50", remainingPercent: 0, resetsAt: 2 },
      spendControlReached: true,
      planType: "plus",
      rateLimitReachedType: "workspace_member_credits_depleted",
    };
    expect(parseAccountLimits(limits)).toEqual(limits);
  });

  test.each([null, undefined, "codex", 7, [recorded]])("%j has none", (value) => {
    expect(parseAccountLimits(value)).toBeUndefined();
  });

  test("are read again as what they were read as, whatever they were", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (primary, rest) => {
        const limits = parseAccountLimits({ primary, credits: rest, individualLimit: rest });
        expect(parseAccountLimits(limits)).toEqual(limits);
      }),
    );
  });
});

describe("an update", () => {
  test("leaves as it was what it does not name", () => {
    const before = { limitId: "codex", planType: "plus", primary: { usedPercent: 10 } };
    expect(mergeAccountLimits(before, { limitId: "codex", primary: { usedPercent: 20 } })).toEqual({
      limitId: "codex",
      planType: "plus",
      primary: { usedPercent: 20 },
    });
  });

  test("of another limit says nothing of the first", () => {
    const before = { limitId: "codex", primary: { usedPercent: 100, resetsAt: 5 } };
    const other = { limitId: "codex_other", primary: { usedPercent: 1 } };
    expect(mergeAccountLimits(before, other)).toEqual(other);
  });
});

describe("the reset", () => {
  const full = (resetsAt: number): object => ({ usedPercent: 100, resetsAt });

  test.each<[string, object, number | undefined]>([
    ["is that of the window that is used up", { primary: full(5), secondary: null }, 5],
    ["is the later one of two that are used up", { primary: full(5), secondary: full(9) }, 9],
    [
      "is not that of a window with something left",
      { primary: full(5), secondary: { usedPercent: 99, resetsAt: 9 } },
      5,
    ],
    [
      "is that of the member's own limit",
      { individualLimit: { remainingPercent: 0, resetsAt: 7 } },
      7,
    ],
    [
      "is not known where no window is used up",
      { primary: { usedPercent: 3, resetsAt: 5 } },
      undefined,
    ],
    ["is not known where Codex does not say it", { primary: { usedPercent: 100 } }, undefined],
    ["is not known for credits", { credits: { hasCredits: false, unlimited: false } }, undefined],
  ])("%s", (_, value, expected) => {
    expect(findLimitReset(parseAccountLimits(value) ?? {})).toBe(expected);
  });

  test("counts for more than the time in the sentence, which has no seconds and no day", () => {
    const limits = parseAccountLimits(recorded) ?? {};
    const text = "You've hit your usage limit. Try again at 2:23 PM.";
    expect(classifyFacts({ text, limits })).toMatchObject({
      kind: "usage-limit",
      resetsAt: { text: "1795357434", precision: "second", atMs: 1_795_357_434_000 },
    });
  });

  test("is left to the sentence where the limits do not say it", () => {
    const text = "You've hit your usage limit. Try again at 2:23 PM.";
    expect(classifyFacts({ text, limits: { limitId: "codex" } })).toMatchObject({
      resetsAt: { text: "2:23 PM", precision: "time-of-day" },
    });
  });

  test("makes no usage limit of another failure", () => {
    const limits = parseAccountLimits(recorded) ?? {};
    expect(classifyFacts({ text: "Not logged in", limits }).kind).toBe("auth");
  });
});
