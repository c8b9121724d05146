import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { openSqliteStore, type UnitOutcome } from "@ktx/batch";
import { findRunEnd, type LlmRuntime } from "@ktx/codex-runtime";
import { writePageText } from "@ktx/wiki";
import { z } from "zod";
import { commitApply, makeApplyId, recoverApply } from "../apply/commit-apply.ts";
import { emptyLedger, readLedger, writeLedger } from "../apply/ledger.ts";
import { lockProject } from "../apply/lock-project.ts";
import { foldersOf, makeState } from "../apply/project-folders.ts";
import { type Proposal, proposalFile } from "../apply/proposals.ts";
import { readWiki } from "../apply/read-wiki.ts";
import type { FailedUnit } from "../ingest-report.ts";
import type { IngestOptions } from "../ingest-options.ts";
import { hashOf } from "../plan/unit-key.ts";
import { loadPrompt } from "../run/prompts.ts";
import { runUnits, type UnitsEnd } from "../run/run-units.ts";
import {
  keepJoins,
  tableDescription,
  type TableDescription,
  writeTableBody,
  writeTablePrompt,
} from "./describe-table.ts";
import { openTables } from "./open-tables.ts";
import type { Database, Table } from "./table.ts";

export interface ScanOptions extends Pick<
  IngestOptions,
  | "projectDir"
  | "concurrency"
  | "tokenBudget"
  | "onlyFailed"
  | "signal"
  | "onEvent"
  | "retry"
  | "rateLimits"
  | "clock"
> {
  /** A SQLite file, a script with DDL, or a dbt manifest. */
  readonly file: string;
  readonly runtime: Pick<LlmRuntime, "generateObject">;
  /** The model of the role `extract`. */
  readonly model: string;
}

/** The result of a scan. */
export interface ScanReport {
  readonly version: 1;
  readonly ended: UnitsEnd["ended"];
  readonly tables: number;
  readonly pages: { readonly written: readonly string[]; readonly proposed: readonly string[] };
  readonly failures: readonly Pick<FailedUnit, "source" | "failure">[];
  readonly joins: { readonly kept: number; readonly refused: number };
  readonly skipped: Database["skipped"];
  readonly tokens: number;
}

/**
 * Describes each table of a database on a page of its own. A table that fails costs that table only; what has not
 * changed is not asked again.
 *
 * @throws {UnreadableDatabaseError} for another file; {ProjectBusyError}.
 */
export async function scan(options: ScanOptions): Promise<ScanReport> {
  const { projectDir, file, onEvent } = options;
  const folders = foldersOf(projectDir);
  using database = await openTables(file);
  await makeState(projectDir);
  await using store = await openSqliteStore({ file: folders.store });
  await using _lock = await lockProject(folders.lock);
  await recoverApply(folders);
  const { text: system, hash } = await loadPrompt("scan");
  const { tables } = database;
  const keyed = new Map(
    tables.map((table) => {
      const prompt = writeTablePrompt(table, tables);
      const schema = z.toJSONSchema(tableDescription);
      return [hashOf("scan", prompt, hash, schema, options.model), { table, prompt }] as const;
    }),
  );
  onEvent?.({ type: "stage", stage: "extract", units: keyed.size });
  const end = await runUnits<TableDescription>({
    units: [...keyed].map(([key, { table, prompt }]) => ({
      key,
      name: table.name,
      weight: Math.ceil(prompt.length / 4),
    })),
    run: async ({ key }, { signal }) => {
      const prompt = keyed.get(key)?.prompt ?? "";
      return await describe(options.runtime, { system, prompt, signal });
    },
    store,
    options,
    tokens: options.tokenBudget,
    onlyFailed: options.onlyFailed ?? false,
  });
  const written = [...keyed].flatMap(([key, { table }]) => {
    const described = tableDescription.safeParse(end.results.get(key));
    return described.success ? [{ table, description: described.data }] : [];
  });
  const pages = written.map(({ table, description }) => {
    const kept = keepJoins(table, description, database);
    return { table, description, kept, name: pageOf(table) };
  });
  const now = options.clock?.now() ?? Date.now();
  const updated = new Date(now).toISOString().slice(0, 10);
  const changed = await applyPages({ projectDir, file, pages, updated });
  const proposed = pages.reduce((sum, { description }) => sum + description.joins.length, 0);
  const kept = pages.reduce((sum, one) => sum + one.kept.length, 0);
  return {
    version: 1,
    ended: end.ended,
    tables: tables.length,
    pages: changed,
    failures: [...keyed].flatMap(([key, { table }]) => {
      const failure = end.failures.get(key);
      return failure === undefined ? [] : [{ source: table.name, failure }];
    }),
    joins: { kept, refused: proposed - kept },
    skipped: database.skipped,
    tokens: end.tokens,
  };
}

async function describe(
  runtime: ScanOptions["runtime"],
  { system, prompt, signal }: { system: string; prompt: string; signal: AbortSignal },
): Promise<UnitOutcome<TableDescription>> {
  let tokens = 0;
  try {
    const result = await runtime.generateObject({
      role: "extract",
      system,
      prompt,
      schema: tableDescription,
      abortSignal: signal,
      onMetrics: ({ usage }) => {
        tokens = usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
      },
    });
    return { type: "done", result, tokens };
  } catch (error) {
    signal.throwIfAborted();
    const end = findRunEnd(error);
    const failure = end?.type === "failed" || end?.type === "timeout" ? end.failure : undefined;
    const message = failure?.message ?? (error instanceof Error ? error.message : String(error));
    if (failure?.kind === "usage-limit" || failure?.kind === "rate-limit") {
      const atMs = failure.kind === "usage-limit" ? failure.resetsAt?.atMs : undefined;
      const untilMs = atMs === undefined ? undefined : atMs + 60_000;
      return {
        type: "limited",
        tokens,
        limit: { message, ...(untilMs !== undefined && { untilMs }) },
      };
    }
    return {
      type: "failed",
      tokens,
      failure: { kind: failure?.kind ?? end?.type ?? "unknown", message },
    };
  }
}

function isSame(base: string | undefined, after: string): boolean {
  const day = /^updated: .*$/m;
  return base?.replace(day, "") === after.replace(day, "");
}

/** Tables with names that no file can have, or that differ in case alone, have pages of their own. */
function pageOf({ name }: Table): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80);
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `tables/${plain === name ? plain : `${plain}-${hash}`.replace(/^-/, "")}.md`;
}

interface ScannedPage {
  readonly name: string;
  readonly table: Table;
  readonly description: TableDescription;
  readonly kept: ReturnType<typeof keepJoins>;
}

/** Writes the pages in one step. One that a person wrote or edited has a proposal instead. */
async function applyPages({
  projectDir,
  file,
  pages,
  updated,
}: {
  readonly projectDir: string;
  readonly file: string;
  readonly pages: readonly ScannedPage[];
  readonly updated: string;
}): Promise<ScanReport["pages"]> {
  const folders = foldersOf(projectDir);
  const ledger = await readLedger(folders.ledger);
  const { texts, blocked } = await readWiki(folders.wiki);
  const bases = new Map(Object.entries(ledger?.bases ?? {}));
  const inside = relative(projectDir, resolve(file)).split(sep).join("/");
  const source = inside.startsWith("..") || isAbsolute(inside) ? "" : ` of ${inside}`;
  const changes: { page: string; before: string | undefined; after: string }[] = [];
  const proposals: Proposal[] = [];
  for (const { name, table, description, kept } of pages) {
    const current = texts.get(name);
    const base = bases.get(name);
    const after = writePageText(
      {
        name,
        folder: "wiki",
        title: table.name,
        summary: `The table ${table.name}${source}.`.slice(0, 200),
        tags: ["table"],
        updated,
        body: writeTableBody(table, description, kept),
        citations: [],
      },
      undefined,
    );
    // A page that says what it said keeps its day.
    if (isSame(base, after)) continue;
    const isOurs = current === base && !blocked.has(name);
    bases.set(name, after);
    if (isOurs) changes.push({ page: name, before: current, after });
    else {
      const reason = blocked.get(name) ?? "A person wrote or edited this page.";
      proposals.push({ kind: "page", page: name, reason, text: after, hasConflicts: false });
    }
  }
  const next = writeLedger({ ...(ledger ?? emptyLedger), bases: Object.fromEntries(bases) });
  const { passed } = await commitApply({
    folders,
    id: makeApplyId(Date.now()),
    changes,
    ledgerBefore: ledger === undefined ? undefined : writeLedger(ledger),
    ledger: next,
    proposals: proposals.map(proposalFile),
    settled: [],
  });
  return {
    written: changes.map(({ page }) => page).filter((page) => !passed.includes(page)),
    proposed: [...proposals.flatMap((one) => (one.kind === "page" ? [one.page] : [])), ...passed],
  };
}
