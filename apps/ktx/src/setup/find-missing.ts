import type { CliIo } from "../cli-io.ts";
import { readStatus } from "../project/read-status.ts";

export interface Missing {
  /** The problem, as a sentence of `ktx status`. */
  readonly what: string;
  /** Its fix. */
  readonly next: string;
}

/** The failed checks of `ktx status`, without a question to the account, and without a turn unless it is wanted. */
export async function findMissing(
  { projectDir, probe }: { readonly projectDir: string; readonly probe: boolean },
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<readonly Missing[]> {
  const { checks } = await readStatus({ projectDir, probe, limits: false, onProbe: () => {} }, io);
  return checks.flatMap(({ outcome, message, fix }) =>
    outcome === "failed" && fix !== undefined ? [{ what: message, next: fix }] : [],
  );
}
