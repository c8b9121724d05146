import { execFileSync } from "node:child_process";
import { answering, startCodexSim } from "@ktx/codex-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RuntimeWarning } from "../../src/index.ts";
import { boundedSettings, nestSettings, strictSettings } from "@ktx/codex-home";
import { type TransportName, transports } from "../e2e/scene.ts";
import { openOwnTransport, openThreadOn, takeEvents } from "../own-threads.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { makeTestFolder, type TestFolder } from "../../../../test/test-folder.ts";

let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder("settings");
});
afterAll(() => folder[Symbol.asyncDispose]());

const { version, codexPath } = codexUnderTest;

describe(`Codex ${version}`, () => {
  test.each(transports)("knows every setting of a strict run over %s", async (transport) => {
    expect(await warningsOf(transport, {})).toEqual([]);
  });

  test("heeds every feature that is turned off", () => {
    const features = [...boundedSettings, ...strictSettings]
      .map(({ key }) => /^features\.(.+)$/.exec(key)?.[1])
      .filter((name) => name !== undefined);
    const listed = execFileSync(
      codexPath,
      ["features", "list", ...features.flatMap((name) => ["-c", `features.${name}=false`])],
      { encoding: "utf8", env: { HOME: folder.path, CODEX_HOME: folder.path } },
    );
    const states = new Map(
      Array.from(listed.matchAll(/^(\S+)\s+(.+?)\s+(true|false)$/gm), ([, name, stage, on]) => [
        name,
        { stage, on },
      ]),
    );
    const unheeded = features.filter((name) => {
      const state = states.get(name);
      return state === undefined || state.stage === "removed" || state.on !== "false";
    });
    expect(unheeded).toEqual([]);
  });

  test.each(transports)(
    "names a setting that it does not know, which becomes one warning for all runs, over %s",
    async (transport) => {
      const settings = { features: { no_such_feature: true }, no_such_key: 1 };
      expect(await warningsOf(transport, settings)).toEqual([
        {
          kind: "unknown-settings",
          settings: expect.toSatisfy(
            (keys: readonly string[]) =>
              keys.toSorted().join() === "features.no_such_feature,no_such_key",
          ),
          codexVersion: version,
          message: expect.stringMatching(
            new RegExp(`^This Codex \\(${version}\\) does not know .*\`no_such_key\``),
          ),
        },
      ]);
    },
  );

  /** The warnings of two runs of one runner with these settings beside its own. */
  async function warningsOf(
    transport: TransportName,
    settings: Record<string, unknown>,
  ): Promise<unknown> {
    await using sim = await startCodexSim({ script: answering(() => "hello") });
    const warnings: RuntimeWarning[] = [];
    const own = openOwnTransport(transport, {
      codexPath,
      env: { HOME: folder.path, XDG_CACHE_HOME: folder.path },
      projectDir: folder.path,
      endpoint: { baseUrl: sim.baseUrl },
      settings,
      onWarning: (warning) => warnings.push(warning),
    });
    for (let run = 0; run < 2; run += 1) {
      await using thread = openThreadOn(own);
      await takeEvents(thread, { prompt: "hi" });
    }
    expect(sim.requests).toHaveLength(2);
    return warnings;
  }
});

test("every setting says why it is there", () => {
  const settings = [...boundedSettings, ...strictSettings];
  expect(settings.filter(({ reason }) => reason.length < 20)).toEqual([]);
  expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length);
});

test("settings with dotted keys become nested ones", () => {
  expect(
    nestSettings([
      { key: "features.apps", value: false, reason: "" },
      { key: "features.goals", value: true, reason: "" },
      { key: "notify", value: [], reason: "" },
    ]),
  ).toEqual({ features: { apps: false, goals: true }, notify: [] });
});
