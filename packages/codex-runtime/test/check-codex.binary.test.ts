import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strictSettings } from "@ktx/codex-home";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { findBrokenSettings } from "../scripts/check-codex/find-broken-settings.ts";
import { findCodexBinary } from "@ktx/codex-binary";

test("the check of a newer Codex names the setting that it no longer heeds, and nothing where it heeds all", async () => {
  await using folder = await makeTestFolder("check-codex");
  const older = findCodexBinary();
  const newer = join(folder.path, "codex");
  await writeFile(newer, deafTo("features.goals=false", older));
  await chmod(newer, 0o755);
  const input = {
    older,
    models: ["gpt-5.5"],
    // With memories on, Codex asks the model in the background too: sometimes before the run ends.
    settings: strictSettings.filter(({ key }) => /goals|hooks|memories|notify|skills/.test(key)),
  };

  expect(await findBrokenSettings({ ...input, newer: older })).toEqual([]);
  expect(await findBrokenSettings({ ...input, newer })).toEqual(
    ["get_goal", "create_goal", "update_goal"].map((tool) => ({
      model: "gpt-5.5",
      seen: `tool ${tool}`,
      settings: ["features.goals"],
    })),
  );
});

/** A program that is a Codex but for one setting, which it gives another name. */
function deafTo(setting: string, codexPath: string): string {
  return `#!/bin/sh
for argument; do
  shift
  [ "$argument" = "${setting}" ] && argument=features.js_repl=false
  set -- "$@" "$argument"
done
exec "${codexPath}" "$@"
`;
}
