import { defineConfig } from "vitest/config";

/** Benchmarks print ratios measured in one run; they assert no wall-clock time. */
export default defineConfig({
  ssr: { resolve: { conditions: ["@ktx/source"] } },
  test: {
    include: ["{packages,apps}/*/bench/**/*.bench.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    reporters: [["default", { summary: false }]],
  },
});
