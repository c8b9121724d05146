import type { CliIo } from "../cli-io.ts";
import type { ThreadsReport } from "../project/list-threads.ts";
import { plain, truncate } from "./layout.ts";
import { createStyle } from "./style.ts";
import { textWidth } from "./text-width.ts";

/** Two lines for each: the id and the time of its last turn, and its first prompt. */
export function renderThreads(
  { threads }: ThreadsReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  if (threads.length === 0) return "No conversations on disk.\n";
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  return threads
    .map(({ id, firstPrompt, model, updatedAt }) => {
      const head = [id, toLocalMinute(new Date(updatedAt)), model].filter((part) => part !== null);
      const prompt = truncate(plain(firstPrompt).replaceAll(/\s+/g, " ").trim(), width - 2);
      return `${style.bold(head[0] ?? "")}${style.dim(`  ${head.slice(1).join("  ")}`)}\n  ${prompt}\n`;
    })
    .join("");
}

/** `2026-11-29 01:05`, by the clock of this machine. */
function toLocalMinute(date: Date): string {
  return `${date.toLocaleDateString("sv-SE")} ${date.toLocaleTimeString("sv-SE").slice(0, 5)}`;
}
