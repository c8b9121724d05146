import { readCodexVersion } from "@ktx/codex-binary";
import type { CliIo } from "./cli-io.ts";
import { readVersion } from "./read-version.ts";

/** The output of `ktx --version`: ktx, the Codex that a run starts, by its own word, and the Node that runs it. */
export async function versionReport({
  env,
  signal,
}: Pick<CliIo, "env" | "signal">): Promise<string> {
  return [
    `ktx ${readVersion()}`,
    `codex ${await readCodex(env, signal)}`,
    `node ${process.versions.node}`,
    "",
  ].join("\n");
}

async function readCodex(env: CliIo["env"], abortSignal: AbortSignal): Promise<string> {
  const codex = await readCodexVersion({ env, abortSignal });
  switch (codex.state) {
    case "found":
      return `${codex.version ?? "of an unknown version"}${env["KTX_CODEX_PATH"] ? ` (${codex.path})` : ""}`;
    case "not-found":
      return "not found";
    case "not-executable":
      return `cannot be run: ${codex.reason}`;
    default:
      return codex satisfies never;
  }
}
