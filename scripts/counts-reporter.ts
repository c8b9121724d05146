import type { Reporter } from "vitest/node";

/**
 * Prints the counts as the very last line, in the plain form that any reader of a log can parse.
 * A file that does not load, and an unhandled error, each count as one failure.
 */
export const countsReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let broken = unhandledErrors.length;
    for (const module of modules) {
      if (module.errors().length > 0) broken += 1;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    const failed = counts.failed + counts.pending + broken;
    process.once("exit", () => {
      console.log(`tests: ${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
    });
  },
};
