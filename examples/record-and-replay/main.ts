/** Runs the tests of this folder, as `npx vitest run` does in a project. */
import { startVitest } from "vitest/node";

const vitest = await startVitest("test", [], {
  watch: false,
  config: `${import.meta.dirname}/vitest.config.ts`,
});
await vitest.close();
