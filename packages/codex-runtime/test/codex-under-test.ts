import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { findPackagedBinary } from "@ktx/codex-binary";

/** The `package.json` of the Codex that the SDK brings, or of the one that `pnpm check:codex` has fetched. */
const manifest = process.env["KTX_TEST_CODEX"] ?? pinnedManifest();

/** The Codex on which the end-to-end and isolation suites run. */
export const codexUnderTest: { readonly version: string; readonly codexPath: string } = {
  version: readVersion(manifest),
  codexPath: findPackagedBinary(() => manifest),
};

/** A model that is given its tools as functions, and one that Codex runs in code mode. */
export const models: readonly ["gpt-5.5", "gpt-6.1-sol"] = ["gpt-5.5", "gpt-6.1-sol"];

function pinnedManifest(): string {
  const sdk = createRequire(import.meta.resolve("@openai/codex-sdk"));
  return sdk.resolve("@openai/codex/package.json");
}

function readVersion(path: string): string {
  const { version } = JSON.parse(readFileSync(path, "utf8"));
  return version;
}
