import { defineConfig } from "vitest/config";

export default defineConfig({
  // The packages as source; an installed package needs no condition.
  ssr: { resolve: { conditions: ["@ktx/source"] } },
  test: { include: ["*.test.ts"], root: import.meta.dirname, reporters: ["tree"] },
});
