import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { readCodexVersion } from "@ktx/codex-binary";
import { redactValue } from "@ktx/redact";
import type { StatusReport } from "@ktx/config";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { asksPerson } from "../project/asks-person.ts";
import { readProject } from "../project/read-project.ts";
import { readVersion } from "../read-version.ts";
import { createCleaner } from "./clean-text.ts";
import { logsFolder, readRecords } from "./run-records.ts";

/** The number of the last runs whose events a report holds. */
const reportedRuns = 5;

export interface ReportBugInput {
  readonly projectDir?: string | undefined;
  /** The path of the file, from the current folder. */
  readonly output?: string | undefined;
  /** The status of the project, without a turn. */
  readonly readStatus: (isInteractive: boolean) => Promise<StatusReport>;
}

/** The outcome of `ktx report-bug`; the object that it prints with `--json`. */
export interface BugReportOutcome {
  readonly version: 1;
  readonly file: string;
  /** The parts of the file, in its order, a sentence each. */
  readonly holds: readonly string[];
  /** The step that `ktx status` gives first, a sentence; absent where nothing fails. */
  readonly next?: string;
}

/**
 * Writes one file for a bug report, which only its user can read.
 *
 * @throws {CliError} for a file that is there already or cannot be written.
 */
export async function reportBug(
  { projectDir, output, readStatus }: ReportBugInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<BugReportOutcome> {
  const { discovery, reading } = await readProject(projectDir, io);
  const [status, records, codex] = await Promise.all([
    readStatus(asksPerson(io)),
    readRecords(logsFolder(io.env)),
    readCodexVersion({ env: io.env, abortSignal: io.signal }),
  ]);
  const clean = createCleaner({
    env: io.env,
    texts: valuesIn(reading.written).filter((value) => !value.startsWith("gpt-")),
    folders: [[discovery.directory, "[project]"]],
  });
  const runs = records.slice(0, reportedRuns).map(({ events }) => events);
  const report = {
    version: 1,
    versions: {
      ktx: readVersion(),
      codex: codex.state === "found" ? codex.version : null,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    },
    status: status.checks.map(({ id, outcome, message, fix }) => ({ id, outcome, message, fix })),
    configuration: { found: discovery.found, keys: pathsIn(reading.written) },
    runs,
  };
  const now = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const file = resolve(io.cwd, output ?? `ktx-report-${now}.json`);
  await writeNew(file, `${JSON.stringify(redactValue(report, clean), undefined, 2)}\n`);
  const next = status.checks.find(({ outcome }) => outcome === "failed")?.fix;
  return {
    version: 1,
    file,
    holds: [
      "the versions of ktx, Codex, Node and the system",
      "the checks of `ktx status`, without a turn",
      "the names of the keys in ktx.yaml, without their values",
      `the events of the last runs (${runs.length}): times, models, names of tools, failures`,
    ],
    ...(next !== undefined && { next }),
  };
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await using handle = await open(file, "wx", 0o600);
    await handle.writeFile(text);
  } catch (error) {
    throw new CliError(
      {
        what: `The report could not be written to ${file}.`,
        why: error instanceof Error ? error.message : String(error),
        next: "Name a new file in a folder that you may write to: ktx report-bug -o <file>",
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}

/** `llm.models.default` for each value of the file. */
function pathsIn(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, path === "" ? key : `${path}.${key}`),
  );
}

function valuesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(valuesIn);
}
