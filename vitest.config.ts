import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { countsReporter } from "./scripts/counts-reporter.ts";

// Vitest would put the token of its UI server into the user's data folder; the tests stay in the clone.
process.env["XDG_DATA_HOME"] = join(import.meta.dirname, "node_modules", ".vitest-data");

export default defineConfig({
  ssr: { resolve: { conditions: ["@ktx/source"] } },
  test: {
    include: ["{packages,apps}/*/test/**/*.test.ts", "test/**/*.test.ts"],
    isolate: false,
    testTimeout: 30_000,
    reporters: ["default", countsReporter],
    coverage: { include: ["{packages,apps}/*/src/**/*.ts"], reporter: ["text-summary"] },
  },
});
