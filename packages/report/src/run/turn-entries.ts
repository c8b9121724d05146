import {
  describeItem,
  type McpToolCallItem,
  quotaWindows,
  type ThreadEvent,
  type ThreadItem,
} from "@ktx/codex-events";
import type { RecordedTurn, SignalLine } from "@ktx/recording";
import { asText, bounded, duration } from "../page/formats.ts";
import type { Entry, EntryKind } from "./run-view.ts";

type Details = Entry["details"];

/** Collects the lines of the timeline of one turn, in the order in which they begin. */
export class TurnEntries {
  readonly #entries: Entry[] = [];
  /** The places of the items that run, by their ids. */
  readonly #open = new Map<string, number>();
  /** The places of the calls that the tools reported, by their numbers. */
  readonly #calls = new Map<number, number>();
  /** The numbers of the calls of each tool that items of Codex show, and that no tool has reported yet. */
  readonly #shown: Map<string, number>;
  #limits = "";

  constructor(steps: RecordedTurn["steps"]) {
    this.#shown = countCalls(steps);
  }

  all(): readonly Entry[] {
    return this.#entries;
  }

  take(line: RecordedTurn["steps"][number]): void {
    if (line.type === "signal") return this.#takeSignal(line);
    const { atMs, call } = line;
    if (line.type === "tool-call") {
      // An item of Codex says the same, and may come before, after, or in between.
      const left = this.#shown.get(line.name) ?? 0;
      this.#shown.set(line.name, left - 1);
      if (left > 0) return;
      this.#calls.set(call, this.#entries.length);
      const details = [{ label: "Arguments", text: shown(line.arguments) }];
      this.#add({ kind: "tool", atMs, title: line.name, details });
      return;
    }
    const at = this.#calls.get(call);
    const { error } = line;
    const result = {
      label: error === undefined ? "Result" : "Error",
      text: shown(error ?? line.result),
    };
    this.#complete(at, { atMs, isFailed: error !== undefined, details: [result] });
  }

  #takeSignal({ signal, atMs }: SignalLine): void {
    switch (signal.type) {
      case "event":
        return this.#takeEvent(signal.event, atMs);
      case "retry":
        this.#add({
          kind: "wait",
          atMs,
          title: `Codex waits ${duration(signal.delayMs)}`,
          durationMs: signal.delayMs,
        });
        return;
      case "limits": {
        const windows = quotaWindows(signal.limits).map(
          ({ name, usedPercent, resetsAtMs }) =>
            `${name}: ${usedPercent} % used${resetsAtMs === undefined ? "" : `, resets at ${new Date(resetsAtMs).toISOString()}`}`,
        );
        const title = windows.join(" · ");
        // Codex reports them after each request.
        if (title === "" || title === this.#limits) return;
        this.#limits = title;
        this.#add({ kind: "limits", atMs, title });
        return;
      }
      case "exit": {
        const { exitCode, signal: name, stderrTail } = signal.exit;
        const title = `Codex ended with ${name ?? (exitCode === undefined ? "no answer" : `exit code ${exitCode}`)}`;
        this.#add({
          kind: "error",
          atMs,
          title,
          isFailed: true,
          details: folded("Standard error", stderrTail),
        });
        return;
      }
      default:
    }
  }

  #takeEvent(event: ThreadEvent, atMs: number): void {
    if (event.type === "error")
      this.#add({ kind: "error", atMs, title: event.message, isFailed: true });
    if (event.type === "unrecognized")
      this.#add({
        kind: "warning",
        atMs,
        title: "An event that ktx does not know",
        details: folded("Event", shown(event.raw)),
      });
    if (
      event.type !== "item.started" &&
      event.type !== "item.updated" &&
      event.type !== "item.completed"
    )
      return;
    const { item } = event;
    const at = item.id === undefined ? undefined : this.#open.get(item.id);
    const described = {
      kind: kindOf(item),
      title: describeItem(item),
      isFailed: isFailed(item),
      details: detailsOf(item),
    };
    if (at === undefined) {
      if (item.id !== undefined && event.type !== "item.completed")
        this.#open.set(item.id, this.#entries.length);
      this.#add({ ...described, atMs });
      return;
    }
    if (event.type === "item.completed" && item.id !== undefined) this.#open.delete(item.id);
    const begun = this.#entries[at];
    if (begun === undefined) return;
    this.#entries[at] = {
      ...begun,
      ...described,
      durationMs: event.type === "item.completed" ? atMs - begun.atMs : undefined,
    };
  }

  #add({
    isFailed: failed = false,
    details = [],
    durationMs,
    ...entry
  }: Pick<Entry, "kind" | "atMs" | "title"> & Partial<Entry>): void {
    this.#entries.push({ ...entry, isFailed: failed, details, durationMs });
  }

  #complete(
    at: number | undefined,
    { atMs, isFailed: failed, details }: Pick<Entry, "atMs" | "isFailed" | "details">,
  ): void {
    const begun = at === undefined ? undefined : this.#entries[at];
    if (begun === undefined || at === undefined) return;
    this.#entries[at] = {
      ...begun,
      durationMs: atMs - begun.atMs,
      isFailed: failed,
      details: [...begun.details, ...details],
    };
  }
}

/** The number of calls of each tool that the items of a turn show. */
function countCalls(steps: RecordedTurn["steps"]): Map<string, number> {
  const counts = new Map<string, number>();
  const ids = new Set<string>();
  for (const step of steps) {
    if (step.type !== "signal" || step.signal.type !== "event") continue;
    const { event } = step.signal;
    if (event.type !== "item.started" && event.type !== "item.completed") continue;
    const { item } = event;
    if (item.type !== "mcp_tool_call") continue;
    if (item.id === undefined ? event.type === "item.started" : ids.has(item.id)) continue;
    if (item.id !== undefined) ids.add(item.id);
    counts.set(item.tool, (counts.get(item.tool) ?? 0) + 1);
  }
  return counts;
}

const kinds: Readonly<Record<ThreadItem["type"], EntryKind>> = {
  agent_message: "message",
  reasoning: "reasoning",
  mcp_tool_call: "tool",
  command_execution: "command",
  file_change: "files",
  web_search: "search",
  todo_list: "plan",
  error: "warning",
};

function kindOf(item: ThreadItem): EntryKind {
  return kinds[item.type];
}

function isFailed(item: ThreadItem): boolean {
  return "status" in item && (item.status === "failed" || item.status === "declined");
}

function detailsOf(item: ThreadItem): Details {
  switch (item.type) {
    case "agent_message":
    case "reasoning":
      return folded("Text", item.text);
    case "mcp_tool_call":
      return [{ label: "Arguments", text: shown(item.arguments ?? {}) }, ...resultOf(item)];
    case "command_execution":
      return folded("Output", item.aggregated_output ?? "");
    case "file_change":
      return folded(
        "Files",
        item.changes.map(({ kind, path }) => `${kind ?? "change"} ${path}`).join("\n"),
      );
    case "web_search":
      return folded("Query", item.query ?? "");
    case "todo_list":
      return folded(
        "Plan",
        item.items.map(({ text, completed }) => `${completed ? "[x]" : "[ ]"} ${text}`).join("\n"),
      );
    case "error":
      return folded("Warning", item.message);
    default:
      return item satisfies never;
  }
}

function resultOf({ result, error }: McpToolCallItem): Details {
  if (error?.message) return folded("Error", error.message);
  if (result === undefined) return [];
  const texts = result.content.map((block) =>
    typeof block === "object" && block !== null && "text" in block && typeof block.text === "string"
      ? block.text
      : asText(block),
  );
  return [
    ...folded("Result", texts.join("\n")),
    ...(result.structured_content == null
      ? []
      : folded("Structured", asText(result.structured_content))),
  ];
}

function folded(label: string, text: string): Details {
  return text.trim() === "" ? [] : [{ label, text: bounded(text) }];
}

function shown(value: unknown): string {
  return bounded(asText(value));
}
