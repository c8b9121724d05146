/**
 * The settings that Codex ignores, as dotted keys, by the text of its warning; empty for any other text. Codex
 * reports them in each thread (recorded on 0.163.0):
 *
 *     Codex is ignoring 1 unrecognized configuration setting. …
 *       session-flags: `features.goals` is ignored.
 */
export function ignoredSettings(warning: string): readonly string[] {
  if (!/^Codex is ignoring \d+ unrecognized configuration/.test(warning)) return [];
  return Array.from(
    warning.matchAll(/session-flags: `([^`]+)` is ignored/g),
    ([, key = ""]) => key,
  );
}
