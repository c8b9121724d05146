import type { CliIo } from "../cli-io.ts";
import type { ThreadsReport } from "../project/list-threads.ts";
import { quoteWord } from "../chat/resume-command.ts";
import { plain, truncate, wrapText } from "./layout.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";

const beginOne = "Begin one with `ktx run --thread <name> <prompt>`, or with `ktx chat`.";

/**
 * For each the id, the time of its last turn, its model and the flags that continue it; below that its first prompt.
 */
export function renderThreads(
  { project, threads }: ThreadsReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const width = textWidth(stdout);
  if (threads.length === 0)
    return `No conversations on disk.\nnext:  ${wrapText(beginOne, width, "       ").trimStart()}\n`;
  const style = createStyle(stdout, env);
  return threads
    .map((thread) => {
      const { id, firstPrompt, model, updatedAt } = thread;
      const facts = [
        toLocalMinute(new Date(updatedAt)),
        ...(model === null ? [] : [model]),
        ...flagsOf(thread, project),
      ];
      const [head = "", ...below] = fillLines([id, ...facts.map(plain)], width);
      const prompt = truncate(plain(firstPrompt).replaceAll(/\s+/g, " ").trim(), width - 2);
      const dimmed = [head.slice(id.length), ...below].map((line) => line && style.dim(line));
      return `${style.bold(id)}${dimmed.join("\n")}\n  ${prompt}\n`;
    })
    .join("");
}

/** The flags of `ktx run` for a thread with a name; another project is named, too. */
function flagsOf(
  { name, project: ofName }: ThreadsReport["threads"][number],
  project: string,
): readonly string[] {
  if (name === undefined || ofName === undefined) return [];
  const place = ofName === project ? [] : [`--project-dir ${quoteWord(ofName)}`];
  return [`--thread ${quoteWord(name)}`, ...place];
}

/** Lines of parts, none of which is broken; all but the first are indented. */
function fillLines(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = last === undefined ? part : `${last}  ${part}`;
    if (last === undefined || longer.length > width)
      lines.push(last === undefined ? part : `  ${part}`);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** `2026-11-29 01:05`, by the clock of this machine. */
function toLocalMinute(date: Date): string {
  return `${date.toLocaleDateString("sv-SE")} ${date.toLocaleTimeString("sv-SE").slice(0, 5)}`;
}
