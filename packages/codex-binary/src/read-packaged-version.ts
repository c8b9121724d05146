import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * The version of the Codex that `@openai/codex-sdk` brings along, by its manifest: nothing is started.
 *
 * @returns undefined where it is not installed.
 */
export function readPackagedVersion(): string | undefined {
  try {
    const sdk = createRequire(import.meta.resolve("@openai/codex-sdk"));
    const path = sdk.resolve("@openai/codex/package.json");
    const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
    const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
    return isManifest ? String(manifest.version) : undefined;
  } catch {
    return undefined;
  }
}
