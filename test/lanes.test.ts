import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Helpers whose use starts the real Codex or the command line program. */
const starters = [
  "packages/ai-sdk-provider/test/start-scene.ts",
  "packages/codex-runtime/test/e2e/scene.ts",
  "packages/codex-runtime/test/isolation/account-service.ts",
  "packages/codex-runtime/test/codex-under-test.ts",
  "packages/codex-sim/test/real-codex/run-codex.ts",
  "apps/ktx/test/spawn-ktx.ts",
  "apps/ktx/test/terminal.ts",
  "apps/ktx/test/captures/screen.ts",
];

/** End-to-end suites that do not run once for each transport, and why. */
const apart: Readonly<Record<string, string>> = {
  "account-limits.binary.test.ts": "numbers of the account's limits are the app-server's own",
  "dynamic-tools.binary.test.ts": "the pipe is the app-server's own",
  "kept-threads.binary.test.ts": "exec keeps no thread, and refuses by name: see open-thread",
  "open-thread.binary.test.ts":
    "exec takes one turn in a thread, and refuses by name; auto is there beside the app-server",
  "unanswered-requests.binary.test.ts": "requests that Codex answers are the app-server's own",
  "neighbours.binary.test.ts": "on exec, no run shares a process with another",
  "responses.binary.test.ts":
    "single responses are the app-server's own; @ktx/otel tests that exec invents none",
  "transports.binary.test.ts": "compares the transports with each other",
  "never-disposed.binary.test.ts": "a process that stays after a run is the app-server's own",
  "host-death.binary.test.ts": "a silent service keeps `codex exec`: see docs/transports.md",
};

const tests = globSync("{packages,apps}/*/test/**/*.test.ts");

test("the unit lane starts neither Codex nor the command line program", () => {
  const unit = tests.filter((file) => !/\.(?:binary|long)\.test\.ts$/.test(file));
  expect(unit.length).toBeGreaterThan(100);
  const wrong = unit.flatMap((file) => {
    const reached = importsOf(file);
    return starters
      .filter((starter) => reached.has(starter))
      .map((starter) => `${file}: ${starter}`);
  });
  expect(wrong).toEqual([]);
});

test("the helpers that start something are there", () => {
  expect(starters.filter((file) => !existsSync(file))).toEqual([]);
});

test("every end-to-end suite runs once for each transport", () => {
  const suites = tests.filter((file) => file.startsWith("packages/codex-runtime/test/e2e/"));
  expect(suites.length).toBeGreaterThan(20);
  const onOne = suites.filter(
    (file) =>
      !/\b(?:onEachTransport|onEachToolTransport|transports|codexWays)\b/.test(codeOf(file)),
  );
  const named = suites.filter((file) => basename(file) in apart);
  expect(onOne.filter((file) => !(basename(file) in apart))).toEqual([]);
  expect(named).toHaveLength(Object.keys(apart).length);
});

/** The test files that a file loads, itself and those of its imports among them; imports of types load none. */
function importsOf(file: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  const imports = codeOf(file).matchAll(/^(?:import|export) (?!type )[^;]*?"(\.[^"]+\.ts)";/gm);
  for (const [, path = ""] of imports) {
    const target = join(dirname(file), path);
    if (target.includes("/test/")) importsOf(target, reached);
  }
  return reached;
}

function codeOf(file: string): string {
  return readFileSync(file, "utf8");
}
