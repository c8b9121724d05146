import { wrapText } from "../render/layout.ts";
import { commandHelps } from "./command-table.ts";
import { formatExamples } from "./format-examples.ts";
import { formatRow } from "./format-row.ts";

/** The output of `ktx --help`. Not made by commander, whose loading takes half the time of a start. Pure. */
export function rootHelp(width: number): string {
  const outer = commandHelps.filter(([name]) => !name.includes(" "));
  const commands = outer.map(([name, { argument, summary }]): Row => {
    return [argument === undefined ? name : `${name} ${argument.name}`, summary];
  });
  return [
    "Usage: ktx <command> [options]\n",
    `${wrapText("Run real jobs on the local Codex sign-in.", width)}\n`,
    `Commands:\n${formatRows(commands, width)}\n`,
    `Options:\n${formatRows(options, width)}\n`,
    `${formatExamples(examples, width)}\n`,
    `${wrapText(exitCodes, width)}\n`,
  ].join("\n");
}

type Row = readonly [term: string, description: string];

const options: readonly Row[] = [
  ["-V, --version", "print the versions of ktx, Codex and Node"],
  ["-h, --help", 'print this; "ktx <command> --help" explains a command'],
  ["--verbose", "show the stack of an error"],
  ["--plain", "print without colours, Markdown layout and moving lines"],
];

const examples = ["ktx demo", 'ktx run "Name three rivers of Europe."'];

const exitCodes =
  "Exit codes: 0 done or ready, 1 failed or not ready, 2 wrong usage, 3 stopped by a budget or a time limit, 130 interrupted.";

function formatRows(rows: readonly Row[], width: number): string {
  const termWidth = Math.max(...rows.map(([term]) => term.length));
  return rows
    .map(([term, description]) => formatRow({ term, description, termWidth, width }))
    .join("\n");
}
