import { findCodexBinary } from "./find-codex-binary.ts";
import { resolveCodexPath } from "./resolve-codex-path.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";

/** The path of the binary that a run with these options starts. @throws {CodexNotFoundError} */
export function findCodex({ codexPath, env = process.env }: InspectCodexOptions): string {
  return codexPath === undefined
    ? findCodexBinary()
    : resolveCodexPath(codexPath, env, process.platform);
}
