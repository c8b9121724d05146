import { createHash } from "node:crypto";
import type { UnitFailure, UnitOutcome } from "@ktx/batch";
import type { LlmRuntime } from "@ktx/codex-runtime";
import { z } from "zod";
import { recoverApply } from "../apply/commit-apply.ts";
import { lockProject } from "../apply/lock-project.ts";
import { openOwnStore } from "../apply/open-own-store.ts";
import { foldersOf, makeState } from "../apply/project-folders.ts";
import { countWaiting, type WaitingCount } from "../apply/proposals.ts";
import type { FailedUnit } from "../ingest-report.ts";
import type { IngestOptions } from "../ingest-options.ts";
import { hashOf } from "../plan/unit-key.ts";
import { outcomeOfError } from "../run/outcome-of-error.ts";
import { loadPrompt } from "../run/prompts.ts";
import { runUnits, type UnitsEnd } from "../run/run-units.ts";
import { type AppliedTables, applyTables } from "./apply-tables.ts";
import {
  keepJoins,
  tableDescription,
  type TableDescription,
  writeTablePrompt,
} from "./describe-table.ts";
import { openTables, UnreadableDatabaseError } from "./open-tables.ts";
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
  /** With `blocked`: the reason why no table can be described now. */
  readonly blocked?: UnitFailure;
  readonly tables: number;
  readonly pages: Omit<AppliedTables, "refused">;
  readonly failures: readonly Pick<FailedUnit, "source" | "failure">[];
  /** Tables that are neither described nor failed, for a later scan. */
  readonly open: number;
  /** Proposals that wait for a person after this scan, those of earlier commands included. */
  readonly waiting: WaitingCount;
  readonly joins: { readonly kept: number; readonly refused: number };
  /** Entries that a scan does not describe, such as views, and tables whose names no page can have. */
  readonly skipped: Database["skipped"];
  /** Tables of a script whose statements could not be read, each with its line. */
  readonly unread: Database["unread"];
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
  const now = options.clock?.now ?? ((): number => Date.now());
  const folders = foldersOf(projectDir);
  using database = await openTables(file);
  if (database.tables.length === 0) {
    const reasons = [...database.unread, ...database.skipped].map(
      ({ path, reason }) => `${path}: ${reason}`,
    );
    throw new UnreadableDatabaseError(
      `Expected a database with tables, got none in ${file}. ${reasons.slice(0, 3).join(" ")}`.trim(),
    );
  }
  await makeState(projectDir);
  await using store = await openOwnStore(folders);
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
      return await describe(options.runtime, { system, prompt, signal, now });
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
  const updated = new Date(now()).toISOString().slice(0, 10);
  // A table that could not be read may have a page.
  const present = database.isPartial ? undefined : tables.map(pageOf);
  const { refused, ...changed } = await applyTables({ projectDir, file, pages, present, updated });
  const proposed = pages.reduce((sum, { description }) => sum + description.joins.length, 0);
  const kept = pages.reduce((sum, one) => sum + one.kept.length, 0);
  return {
    version: 1,
    ended: end.ended,
    ...(end.failure !== undefined && { blocked: end.failure }),
    tables: tables.length,
    pages: changed,
    failures: [...keyed].flatMap(([key, { table }]) => {
      const failure = end.failures.get(key);
      return failure === undefined ? [] : [{ source: table.name, failure }];
    }),
    open: [...keyed.keys()].filter((key) => !end.results.has(key) && !end.failures.has(key)).length,
    waiting: await countWaiting(folders.proposals),
    joins: { kept, refused: proposed - kept },
    skipped: [
      ...database.skipped,
      ...refused.map((path) => ({ path, reason: "No page can have this name." })),
    ],
    unread: database.unread,
    tokens: end.tokens,
  };
}

interface DescribeInput {
  readonly system: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

async function describe(
  runtime: ScanOptions["runtime"],
  { system, prompt, signal, now }: DescribeInput,
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
    return { ...outcomeOfError(error, now()), tokens };
  }
}

/** Names that Windows keeps for devices. */
const isDeviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** Tables with names that no file can have, with none, or that differ in case alone, have pages of their own. */
function pageOf({ name }: Table): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 80);
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const isUsable = plain !== "" && plain === name && !isDeviceName.test(plain);
  return `tables/${isUsable ? plain : `${plain}-${hash}`.replace(/^-/, "")}.md`;
}
