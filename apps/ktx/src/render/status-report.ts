import { describeStatus, type StatusReport } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { createStyle } from "./style.ts";

/** The report of `ktx status` for people. */
export function renderStatus(
  report: StatusReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const { bold, good, warn, bad, dim } = createStyle(stdout, env);
  const emphasis = { passed: good, warned: warn, failed: bad, skipped: dim };
  return describeStatus(report, {
    outcome: (text, outcome) => emphasis[outcome](text),
    strong: bold,
  });
}
