import { findCodexBinary } from "../process/codex-binary.ts";
import { resolveCodexPath } from "../process/resolve-codex-path.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";

/** The path of the binary that a run with these options starts. @throws {RuntimeInputError} `codex-not-found` */
export function findCodex({ codexPath, env = process.env }: InspectCodexOptions): string {
  return codexPath === undefined
    ? findCodexBinary()
    : resolveCodexPath(codexPath, env, process.platform);
}
