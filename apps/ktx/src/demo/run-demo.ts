import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UnitFailure } from "@ktx/batch";
import { CodexKtxLlmRuntime, defaultCodexModel } from "@ktx/codex-runtime";
import { startCodexSim } from "@ktx/codex-sim";
import { ingest, type IngestEvent, type IngestReport, openSourceTexts } from "@ktx/ingest";
import { claimsOf, openWiki } from "@ktx/wiki";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { resolveWrittenLlm } from "../project/resolve-llm.ts";
import { demoConfig } from "./demo-config.ts";
import { playDemoModel } from "./play-demo-model.ts";

export interface DemoInput {
  readonly onEvent: (event: IngestEvent) => void;
  readonly onWarning: (message: string) => void;
}

/** One ingest of the demo, and the requests that reached the model. */
export interface DemoRun extends Pick<
  IngestReport,
  "outcome" | "units" | "pages" | "retiredClaims" | "contradictions" | "tokens"
> {
  /** The file that was deleted before it. */
  readonly deleted?: string;
  readonly modelRequests: number;
}

/** The result of the demo; the object that `ktx demo --json` prints. */
export interface DemoReport {
  readonly version: 1;
  readonly runs: readonly DemoRun[];
  readonly search: {
    readonly query: string;
    readonly hits: readonly { readonly page: string; readonly snippet: string }[];
  };
  /** The claims of one page that the sources disagree about, with their lines. */
  readonly why: {
    readonly page: string;
    readonly claims: readonly { readonly text: string; readonly lines: readonly string[] }[];
  };
  /** Citations that `ktx wiki check` verifies, and what it finds. */
  readonly check: { readonly citations: number; readonly findings: number };
}

const query = "When is a refund paid?";
const deleted = "sources/exports/tickets.csv";

/** The main job, offline: the real Codex, a scripted model on loopback, a sample project in a temporary folder. */
export async function runDemo(
  { onEvent, onWarning }: DemoInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<DemoReport> {
  await using project = await openSampleProject();
  const projectDir = project.path;
  await using model = await startCodexSim({ script: playDemoModel, signal: io.signal });
  await using runtime = new CodexKtxLlmRuntime({
    ...resolveWrittenLlm(demoConfig(model.baseUrl), { env: io.env, command: "ktx demo" }),
    projectDir,
    onWarning: ({ message }) => onWarning(message),
  });
  const runs: DemoRun[] = [];
  const run = async (gone?: string): Promise<void> => {
    const before = model.requests.length;
    const report = await ingest({
      projectDir,
      paths: ["sources"],
      runtime,
      models: { extract: defaultCodexModel, reconcile: defaultCodexModel },
      signal: io.signal,
      onEvent,
    });
    io.signal.throwIfAborted();
    if (report.blocked !== undefined) throw stopped(report.blocked);
    const { outcome, units, pages, retiredClaims, contradictions, tokens } = report;
    runs.push({
      ...(gone !== undefined && { deleted: gone }),
      outcome,
      units,
      pages,
      retiredClaims,
      contradictions,
      tokens,
      modelRequests: model.requests.length - before,
    });
  };
  await run();
  const found = await lookAt(projectDir);
  await rm(join(projectDir, deleted));
  await run(deleted);
  await run();
  return { version: 1, runs, ...found };
}

/** Without its pages there is nothing to search. */
function stopped({ message }: UnitFailure): CliError {
  return new CliError({
    what: `The demo could not ask its model: ${message}`,
    next: "Correct it, and run the demo again: it begins from the start.",
    exitCode: exitCodes.failed,
  });
}

async function lookAt(projectDir: string): Promise<Pick<DemoReport, "search" | "why" | "check">> {
  const sources = await openSourceTexts(projectDir);
  await using wiki = await openWiki({ projectDir, sources });
  const hits = await wiki.search(query, { limit: 3 });
  const page = hits[0]?.name ?? "";
  const read = await wiki.page(page);
  const claims = read === undefined ? [] : claimsOf(read);
  const { citations, findings } = await wiki.check();
  return {
    search: { query, hits: hits.map(({ name, snippet }) => ({ page: name, snippet })) },
    why: {
      page,
      claims: claims
        .filter(({ text: said }) => said.includes("days"))
        .map(({ text: said, citations: cited }) => ({
          text: said,
          lines: cited.map(({ source, from }) => `${source}:${from}`),
        })),
    },
    check: { citations: citations.fine, findings: findings.length },
  };
}

/** A copy of the sample project that ktx ships; removed with its folder. */
async function openSampleProject(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "ktx-demo-")));
  const shipped = new URL("../../assets/demo/sources", import.meta.url);
  await cp(shipped, join(path, "sources"), { recursive: true });
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
