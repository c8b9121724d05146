import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findCodexBinary, findPackagedBinary } from "@ktx/codex-binary";
import { fetchCodex, readLatestVersion } from "./fetch-codex.ts";
import { findBrokenSettings } from "./find-broken-settings.ts";

/**
 * Checks ktx on another Codex than the pinned one, which it fetches into `node_modules/.cache`.
 *
 * `node --conditions=@ktx/source scripts/check-codex/check-codex.ts [<version>] [<filter of test files> …]`
 */
const root = join(import.meta.dirname, "../../../..");
const cacheFolder = join(root, "node_modules", ".cache", "ktx-codex");
const isolation = [
  "packages/codex-runtime/test/isolation/",
  "packages/codex-runtime/test/e2e/tool-names",
  "packages/codex-runtime/test/e2e/tool-schemas",
  "packages/codex-runtime/test/e2e/kept-threads",
];

const [, , version = await readLatestVersion(), ...filters] = process.argv;
const manifest = await fetchCodex(version, cacheFolder);
const newer = findPackagedBinary(() => manifest);
console.log(`Codex ${version}: ${newer}`);

const broken = await findBrokenSettings({ older: findCodexBinary(), newer });
for (const { model, seen, settings } of broken)
  console.log(
    settings.length === 0
      ? `New in ${version} with ${model}: ${seen}. No setting is about it.`
      : `No longer works in ${version} with ${model}: \`${settings.join("`, `")}\` lets through ${seen}.`,
  );
if (broken.length === 0)
  console.log("Settings: nothing gets past them that the pinned Codex keeps out.");

const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const files = filters.length > 0 ? filters : isolation;
const suite = spawnSync(process.execPath, [vitest, "run", "--project", "binary", ...files], {
  cwd: root,
  env: { ...process.env, KTX_TEST_CODEX: manifest },
  stdio: "inherit",
});
if (broken.length > 0 || suite.status !== 0) process.exitCode = 1;
