import type { CliIo } from "../cli-io.ts";

/** Terminals that keep their rows when their width changes. All others of today show each line in new rows. */
const keepRows = /^(?:linux|vt\d|cons|screen|rxvt|st(?:$|-))/;

/** True where a line that is wider than the terminal becomes fewer or more rows with its width. */
export function reflowsLines(env: CliIo["env"]): boolean {
  if (env["TMUX"]) return true;
  return !env["STY"] && !env["XTERM_VERSION"] && !keepRows.test(env["TERM"] ?? "");
}
