import { findCodexBinary } from "./find-codex-binary.ts";
import { resolveCodexPath } from "./resolve-codex-path.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";

/**
 * The path of the binary that a run with these options starts: `codexPath`, else that of the variable
 * `KTX_CODEX_PATH`, else the one that `@openai/codex-sdk` brings.
 *
 * @throws {CodexNotFoundError}
 */
export function findCodex({ codexPath, env = process.env }: InspectCodexOptions): string {
  const named = codexPath ?? (env["KTX_CODEX_PATH"] || undefined);
  return named === undefined ? findCodexBinary() : resolveCodexPath(named, env, process.platform);
}
