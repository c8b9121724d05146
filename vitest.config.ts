import { defineConfig } from "vitest/config";
import { countsReporter } from "./scripts/counts-reporter.ts";

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
