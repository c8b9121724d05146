import type { HostInfluence } from "./host-influences.ts";

/** The inputs of the model, the files that Codex reads, and the hosts that it contacts in a run. */
export interface IsolationReport {
  /** `custom-runner`: an injected runner decides about the isolation, so ktx cannot report it. */
  readonly mode: "strict" | "host" | "custom-runner";
  /** The model's input besides the caller's text; absent if ktx does not decide it. */
  readonly shown?: {
    /** By the names that the model sees: the run's own, and after them those that Codex adds. */
    readonly tools: readonly string[];
    /** The tools that Codex adds to tools over MCP: its readers of MCP resources, which find nothing. */
    readonly addedByCodex: readonly string[];
    /** UTF-8 bytes of the base instructions. */
    readonly instructionBytes: number;
  };
  /** In strict isolation, all files of the user that Codex reads. */
  readonly userFiles: readonly UserFile[];
  /** In strict isolation, all hosts that Codex contacts; in `host` mode, the known ones. */
  readonly hosts: readonly ContactedHost[];
  /** Other files on the machine that change Codex's behaviour: in strict isolation only an administrator's settings. */
  readonly influences: readonly HostInfluence[];
  /** The Codex home of the run; absent for an injected runner. */
  readonly codexHome?: string;
}

export interface UserFile {
  readonly path: string;
  readonly exists: boolean;
  readonly purpose: string;
}

export interface ContactedHost {
  /** With the port, unless that is the default. */
  readonly host: string;
  readonly purpose: string;
}

/** The report for a person, one line for each entry. Pure. */
export function formatIsolationReport(report: IsolationReport): string {
  const { shown } = report;
  return [
    `Isolation: ${report.mode}. ${summaries[report.mode]}`,
    ...(shown === undefined
      ? []
      : [
          line("tools", withoutAdded(shown)),
          ...(shown.addedByCodex.length === 0
            ? []
            : [line("Codex adds", shown.addedByCodex, "; they find nothing")]),
          line("instructions", [`${shown.instructionBytes} bytes of base instructions`]),
        ]),
    ...(report.mode === "custom-runner"
      ? []
      : [
          line("user files", report.userFiles.map(describeFile)),
          line(
            "hosts",
            report.hosts.map(({ host, purpose }) => `${host} (${purpose})`),
          ),
        ]),
    ...(report.influences.length === 0
      ? []
      : [
          line(
            "also gets in",
            report.influences.map(({ path, brings }) => `${brings} (${path})`),
          ),
        ]),
    ...(report.codexHome === undefined ? [] : [line("Codex home", [report.codexHome])]),
  ].join("\n");
}

const summaries: Readonly<Record<IsolationReport["mode"], string>> = {
  strict: "The model sees the inputs listed here, and nothing else of this machine.",
  host: "The user's own Codex: its tools, instructions, configuration and MCP servers come along.",
  "custom-runner": "An injected runner decides what the model sees.",
};

function withoutAdded({
  tools,
  addedByCodex,
}: NonNullable<IsolationReport["shown"]>): readonly string[] {
  return tools.filter((name) => !addedByCodex.includes(name));
}

function describeFile({ path, exists, purpose }: UserFile): string {
  return `${path} (${purpose}${exists ? "" : "; not there"})`;
}

function line(label: string, values: readonly string[], note = ""): string {
  const list = values.length === 0 ? "none" : values.join(`,\n${" ".repeat(16)}`);
  return `  ${label.padEnd(14)}${list}${note}`;
}
