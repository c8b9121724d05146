import { join } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { countsReporter } from "./scripts/counts-reporter.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** How much a test of the long lane does: see `test/long-form.ts`. */
    readonly longForm: "short" | "full";
  }
}

// Vitest would put the token of its UI server into the user's data folder; the tests stay in the clone.
process.env["XDG_DATA_HOME"] = join(import.meta.dirname, "node_modules", ".vitest-data");

const longForm = process.env["KTX_LONG_TESTS"] === "full" ? "full" : "short";
const tests = ["{packages,apps}/*/test/**/*.test.ts", "test/**/*.test.ts"];
const lane = (name: string): readonly string[] =>
  tests.map((pattern) => pattern.replace("*.test.ts", `*.${name}.test.ts`));

/** A lane of the tests; the file's name says which: `*.binary.test.ts`, `*.long.test.ts`, else unit. */
function project(
  name: "unit" | "binary" | "long",
  include: readonly string[],
  exclude: readonly string[] = [],
): TestProjectInlineConfiguration {
  return {
    ssr: { resolve: { conditions: ["@ktx/source"] } },
    test: {
      name,
      include: [...include],
      exclude: ["**/node_modules/**", ...exclude],
      isolate: false,
      setupFiles: [join(import.meta.dirname, "test/fixed-seed.ts")],
      // Guards against what never ends, and no measure of how fast a machine is.
      testTimeout: longForm === "full" ? 600_000 : 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 60_000 } },
      provide: { longForm },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project("unit", tests, [...lane("binary"), ...lane("long")]),
      project("binary", lane("binary")),
      project("long", lane("long")),
    ],
    // Vitest leaves one core free, which is half of a machine with two; most tests wait for a process.
    maxWorkers: "100%",
    reporters: ["default", countsReporter],
    coverage: { include: ["{packages,apps}/*/src/**/*.ts"], reporter: ["text-summary"] },
  },
});
