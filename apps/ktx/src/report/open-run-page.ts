import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandContext } from "../command-context.ts";
import { printText } from "../terminal/print.ts";
import { describeReport } from "./describe-report.ts";
import { reportPlace } from "./report-place.ts";

/** The page of a run that `--open` shows. Its recording goes when it is disposed, where the user named no file for it. */
export interface RunPage extends AsyncDisposable {
  /** The path of the recording that the page is made of. */
  readonly record: string;
  /** Writes the page, opens it, and prints its path on stderr: stdout is the answer's. */
  readonly show: () => Promise<void>;
}

export async function openRunPage(
  {
    record,
    projectDir,
  }: { readonly record?: string | undefined; readonly projectDir?: string | undefined },
  { io, services }: Pick<CommandContext, "io" | "services">,
): Promise<RunPage> {
  const out = await reportPlace({ name: "run", projectDir }, io);
  const folder = record === undefined ? await mkdtemp(join(tmpdir(), "ktx-report-")) : undefined;
  const file = record ?? join(folder ?? "", "run.jsonl");
  return {
    record: file,
    show: async () => {
      const report = await services.writeReport({ file, out, open: true });
      printText(io.stderr, describeReport(report));
    },
    [Symbol.asyncDispose]: async () => {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
