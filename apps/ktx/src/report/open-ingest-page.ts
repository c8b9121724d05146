import type { CommandContext } from "../command-context.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import { describeReport } from "./describe-report.ts";
import { reportPlace } from "./report-place.ts";

/** The page of an ingest that `--open` shows. */
export interface IngestPage {
  /** Takes an event, as `--json` prints it. */
  readonly take: (event: object) => void;
  /** Writes the page with this last line, opens it, and prints its path on stderr. */
  readonly show: (last: object) => Promise<void>;
}

export async function openIngestPage(
  { projectDir }: { readonly projectDir?: string | undefined },
  { io, services }: Pick<CommandContext, "io" | "services">,
): Promise<IngestPage> {
  const out = await reportPlace({ name: "ingest", projectDir }, io);
  const lines: string[] = [];
  return {
    take: (event) => void lines.push(jsonLine(event)),
    show: async (last) => {
      const events = [...lines, jsonLine(last)].join("");
      printText(io.stderr, describeReport(await services.writeReport({ events, out, open: true })));
    },
  };
}
