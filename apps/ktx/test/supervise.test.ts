import { describe, expect, test } from "vitest";
import { loadsUserCode } from "../src/supervise/loads-user-code.ts";
import { parseSupervisedMessage, parseSupervisorMessage } from "../src/supervise/message.ts";
import { describeUserCode, type UserCode } from "../src/supervise/user-code-watch.ts";
import {
  hear,
  judge,
  look,
  slowModule,
  startWatch,
  takeSignal,
} from "../src/supervise/watch-state.ts";

const tool = (name: string): UserCode => ({ kind: "tool", name });

test.each([
  ["run Hi --tools tools.ts", true],
  ["--verbose run --tools=tools.ts Hi", true],
  ["run Hi --schema city.ts", true],
  ["run Hi --schema=city.mjs", true],
  ["run Hi --schema", true],
  ["run Hi --schema city.json", false],
  ["run Hi --schema=City.JSON", false],
  ["run Hi --schema city.json --tools t.ts", true],
  ["run Hi", false],
  ["demo --json", false],
])("ktx %s has code of the user's in its process: %s", (line, expected) => {
  expect(loadsUserCode(line.split(" "))).toBe(expected);
});

describe("a supervised process", () => {
  const limited = hear(startWatch(0), { type: "limit", ms: 5_000 }, 1_000);

  test("that is silent and past its limit is to be ended", () => {
    expect(judge(limited, 5_999)).toBeUndefined();
    expect(judge(limited, 6_000)).toEqual({ reason: "limit", limitMs: 5_000 });
  });

  test("that is heard of keeps its limit by itself", () => {
    const heard = hear(limited, { type: "alive" }, 60_000);
    expect(judge(heard, 61_999)).toBeUndefined();
    expect(judge(heard, 62_000)).toEqual({ reason: "limit", limitMs: 5_000 });
  });

  test("is not silent while its supervisor stood still itself, as after Ctrl-Z, and is from then on", () => {
    const interrupted = takeSignal(limited, "SIGINT", 1_100);
    for (const state of [limited, interrupted]) {
      const before = look(state, 1_250);
      const after = look(before, 3_600_000);
      expect(judge(after, 3_600_000)).toBeUndefined();
      expect(judge(after, 3_601_999)).toBeUndefined();
      expect(judge(after, 3_602_000)).toBeDefined();
      expect(judge(look(before, 1_500), 3_600_000)).toBeDefined();
    }
  });

  test("that is silent without a limit may go on", () => {
    expect(judge(startWatch(0), 1_000_000)).toBeUndefined();
  });

  test("has the limit that was set last", () => {
    const again = hear(limited, { type: "limit", ms: 10_000 }, 4_000);
    expect(judge(again, 13_999)).toBeUndefined();
    expect(judge(again, 14_000)).toEqual({ reason: "limit", limitMs: 10_000 });
  });

  test("that is silent is to be ended by one signal", () => {
    const state = takeSignal(hear(startWatch(0), { type: "alive" }, 10_000), "SIGTERM", 10_100);
    expect(judge(state, 11_999)).toBeUndefined();
    expect(judge(state, 12_000)).toEqual({ reason: "signal", signal: "SIGTERM" });
  });

  test("that is heard of may put away at the first signal, and not for long at the second", () => {
    const first = takeSignal(startWatch(0), "SIGINT", 0);
    const busy = hear(first, { type: "alive" }, 5_000);
    expect(judge(busy, 5_100)).toBeUndefined();
    // A terminal that closes sends it, too.
    expect(judge(takeSignal(busy, "SIGHUP", 5_000), 6_000)).toBeUndefined();
    const second = takeSignal(busy, "SIGTERM", 5_000);
    expect(judge(second, 5_999)).toBeUndefined();
    expect(judge(second, 6_000)).toEqual({ reason: "signal", signal: "SIGTERM" });
  });

  test("names a module that is still loading after ten seconds, and no tool and none that has loaded", () => {
    const module = { kind: "module", name: "tools module /t.ts" } as const;
    const loading = hear(startWatch(0), { type: "begin", code: module }, 1_000);
    expect(slowModule(loading, 10_999)).toBeUndefined();
    expect(slowModule(loading, 11_000)).toBe("tools module /t.ts");
    expect(slowModule(hear(loading, { type: "alive" }, 20_000), 20_000)).toBe("tools module /t.ts");
    expect(slowModule(hear(loading, { type: "end", code: module }, 9_000), 20_000)).toBeUndefined();
    const calling = hear(startWatch(0), { type: "begin", code: tool("spin") }, 0);
    expect(slowModule(calling, 60_000)).toBeUndefined();
  });

  test("runs the calls that began and did not end", () => {
    const begun = [tool("spin"), tool("look"), tool("spin")].reduce(
      (state, code) => hear(state, { type: "begin", code }, 0),
      startWatch(0),
    );
    const { running } = hear(begun, { type: "end", code: tool("spin") }, 0);
    expect(running).toEqual([tool("look"), tool("spin")]);
    expect(hear(startWatch(0), { type: "end", code: tool("spin") }, 0).running).toEqual([]);
  });
});

test.each<readonly [readonly UserCode[], string]>([
  [[tool("spin")], "the tool spin"],
  [[tool("spin"), tool("look"), tool("spin")], "one of the tools spin, look"],
  [[{ kind: "module", name: "tools module /t.ts" }], "the tools module /t.ts"],
  [[], "code of the tools or schema module"],
])("%j is named as %s", (running, name) => {
  expect(describeUserCode(running)).toBe(name);
});

test("what the user's code sends between the processes counts for nothing", () => {
  for (const value of [null, "done", { type: "done" }, { type: "begin", code: { kind: "x" } }, []])
    expect(parseSupervisedMessage(value)).toBeUndefined();
  for (const value of [null, "start", { type: "signal", signal: "SIGKILL" }, []])
    expect(parseSupervisorMessage(value)).toBeUndefined();
});

test("the supervised process gets a new width of the terminal", () => {
  expect(parseSupervisorMessage({ type: "size", columns: 42 })).toEqual({
    type: "size",
    columns: 42,
  });
  expect(parseSupervisorMessage({ type: "size", columns: "wide" })).toBeUndefined();
});
