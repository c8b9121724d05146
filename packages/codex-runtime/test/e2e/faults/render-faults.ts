import { renderTable } from "../../render-table.ts";
import type { TransportName } from "../scene.ts";
import type { Fault } from "./fault.ts";

export interface FaultGroup {
  readonly name: string;
  readonly faults: readonly Fault[];
}

const introduction = `# What goes wrong, and what then comes of it

<!-- Written by the test \`packages/codex-runtime/test/e2e/faults\`; renew it with \`vitest run -u\` on that folder. -->

Each row was provoked with the real Codex binary (0.163.0, Linux x64) against a stand-in service on loopback, over \`codex exec\` and over \`codex app-server\`, in strict isolation, with the defaults of the runtime (3 retries, Codex's own reconnects among them) where the row names no other limit. \`generateText\` and \`generateObject\` reject with the sentence, in an error that carries the kind; \`runAgentLoop\` returns it. The time is an upper bound that the test holds the row to; most end in a fraction of it. \`answered\` means that the run recovered. Where the app-server makes the same end be said in other words, they follow.

\`A run beside it\` is another run in the same app-server, which is in a tool call before the fault and until after it. \`undisturbed\`: it ends as it does alone, with the same answer after the same number of requests and tool calls. \`ends as process\`: it loses its process, too. \`—\`: no process is shared.

The events of a run beside a stalled stream, a tool that never returns or fails, an abort, or a line that is too long are those that it has alone, and it ends while the fault goes on (\`neighbours.binary.test.ts\`). Only one thing takes its time: its lines wait behind a neighbour's long ones in the pipe, 35 ms for each MB of that answer (measured once on 2 cores: at most 0.25 s behind 8 MB, 1 s behind 30 MB, 1.7 s behind 50 MB, where a run takes 15 ms alone). A line of more than 32 MiB ends its own run and no other.
`;

const closing = `## When the program itself ends

- By \`process.exit\`, at its end or by an uncaught exception: Codex is killed on the way out.
- By a signal that the program handles by aborting its runs, as \`ktx\` does with the first Ctrl-C and SIGTERM: as any abort.
- By SIGKILL, or by a signal that it does not handle, no code of the program runs any more. Codex then ends by itself with the next thing that it has to write: at once in a tool call, and with the next event of the model's answer, both tested. While the model service says nothing, Codex stays: a stalled stream ends it after 5 minutes (its own limit, measured beyond 12 s only), and a request that gets no headers never does. A program that is often killed should look for processes of \`codex exec --experimental-json\` without a parent when it starts. The app-server ends at once in all these cases, since its standard input closes.

In \`host\` isolation the user's stdio MCP servers, and what they have started, are ended with the run too. Where Codex itself is killed by somebody else, nothing identifies the processes that it had started any more, and they stay. Strict isolation has nothing of the kind.

On Windows the tree is ended by \`taskkill /T /F\`; neither that nor anything else on this page was verified there, nor on macOS.
`;

const columns = [
  "What goes wrong",
  "Kind",
  "What is said",
  "Ends within",
  "Processes left",
  "A run beside it",
];

/** What is said, by the fault's title. */
export type Sentences = Readonly<Record<TransportName, Map<string, string>>>;

/** The table as a Markdown document. */
export function renderFaults(groups: readonly FaultGroup[], sentences: Sentences): string {
  const tables = groups.map(({ name, faults }) => {
    const rows = faults.map((fault) => [
      fault.title,
      fault.kind,
      cell(fault.title, sentences),
      `${fault.withinSeconds} s`,
      "0",
      fault.neighbour === "none" ? "—" : (fault.neighbour ?? "undisturbed"),
    ]);
    return `## ${name}\n\n${renderTable([columns, ...rows])}\n`;
  });
  return [introduction, ...tables, closing].join("\n");
}

/** The sentences of a document that `renderFaults` wrote. */
export function readSentences(document: string): Sentences {
  const rows = document
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/).map((part) => part.trim()))
    .filter((parts) => parts.length === columns.length + 2);
  const said = rows.map(([, title = "", , text = ""]) => [title, ...uncell(text)] as const);
  return {
    exec: new Map(said.map(([title, exec]) => [title, exec])),
    "app-server": new Map(said.map(([title, , appServer]) => [title, appServer])),
  };
}

const otherwise = "<br>Over the app-server: ";

function cell(title: string, sentences: Sentences): string {
  const [exec, appServer] = [sentences.exec, sentences["app-server"]].map((said) =>
    (said.get(title) ?? "").replaceAll("|", String.raw`\|`),
  );
  return exec === appServer ? `${exec}` : `${exec}${otherwise}${appServer}`;
}

function uncell(text: string): readonly [exec: string, appServer: string] {
  const [exec = "", appServer = exec] = text.replaceAll(String.raw`\|`, "|").split(otherwise);
  return [exec, appServer];
}
