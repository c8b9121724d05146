import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";

const app = join(import.meta.dirname, "..");
const rounds = 21;

/** The command lines that are compared; all of them are to start fast, since nothing of theirs is heavy. */
const starts: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "built: ktx --version": [join(app, "dist/bin.js"), "--version"],
  "built: ktx --help": [join(app, "dist/bin.js"), "--help"],
  "source: ktx --version": ["--conditions=@ktx/source", join(app, "src/bin.ts"), "--version"],
  "source: ktx --help": ["--conditions=@ktx/source", join(app, "src/bin.ts"), "--help"],
};

beforeAll(() => {
  const tsc = join(app, "../../node_modules/.bin/tsc");
  execFileSync(tsc, ["-b"], { cwd: app, stdio: "inherit" });
  // The first build of a clone takes long.
}, 240_000);

test("the start of ktx next to that of node alone", () => {
  const times = new Map(Object.keys(starts).map((name) => [name, [] as number[]]));
  // In turns, so that what else the machine does falls on all alike.
  for (let round = 0; round < rounds; round += 1)
    for (const [name, args] of Object.entries(starts)) {
      const { status, ms } = start(args);
      expect(status).toBe(0);
      times.get(name)?.push(ms);
    }

  const bare = median(times.get("node -e 0") ?? []);
  noteFigure({
    bench: "start",
    title: "The start of a program, p50",
    unit: "ms",
    better: "less",
    values: Object.fromEntries(Array.from(times, ([name, samples]) => [name, median(samples)])),
  });
  for (const [name, samples] of times) {
    const p50 = median(samples);
    console.log(
      `${name.padEnd(22)} p50 ${p50.toFixed(1).padStart(6)} ms  ${(p50 / bare).toFixed(2)} × node -e 0`,
    );
  }
});

function start(args: readonly string[]): { readonly status: number | null; readonly ms: number } {
  const startedAtMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  return { status, ms: performance.now() - startedAtMs };
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
}
