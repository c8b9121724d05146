import { readPackagedVersion } from "@ktx/codex-binary";
import { readVersion } from "./read-version.ts";

/** The output of `ktx --version`: ktx, the Codex that it brings along, and the Node that runs it. */
export function versionReport(): string {
  return [
    `ktx ${readVersion()}`,
    `codex ${readPackagedVersion() ?? "not installed"}`,
    `node ${process.versions.node}`,
    "",
  ].join("\n");
}
