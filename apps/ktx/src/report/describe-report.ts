import { plain } from "../render/layout.ts";
import type { WrittenReport } from "./write-report.ts";

/** The lines about a page that `--open` was to show. Pure. */
export function describeReport({ path, problem }: WrittenReport): string {
  const note =
    problem === undefined ? "" : `note:  ${plain(problem)} Open the file in a browser.\n`;
  return `report: ${plain(path)}\n${note}`;
}
