import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { noteFigure } from "../../../test/bench-figure.ts";
import { type Block, type ContenderName, contenders, type Measured } from "./block.ts";
import { startContender } from "./start-contender.ts";

/**
 * The provider beside `ai-sdk-provider-codex-cli`, on one stand-in model service, the same Codex binary, and an empty
 * home each. Ratios are of one run.
 *
 * `pnpm bench:ai-sdk [--only "ktx,rival exec"] [--runs 420]`
 */
const rival = "ai-sdk-provider-codex-cli@2.2.1";
const { values } = parseArgs({
  options: {
    only: { type: "string", default: contenders.join(",") },
    runs: { type: "string", default: "420" },
  },
});
const runs = Number(values.runs);
const rivalPath = installRival(join(process.cwd(), "node_modules/.cache/bench-ai-sdk"));
const homes = mkdtempSync(join(tmpdir(), "ktx-bench-ai-sdk-"));
await using sim = await startCodexSim({
  script: answering((heard, { userText, tools }) =>
    userText.includes("tool") && heard === undefined && tools.includes("weather")
      ? [toolCall("weather", { city: "Oslo" })]
      : "yes",
  ),
});

interface Row {
  readonly alone: number;
  readonly perSecond: number;
  readonly early: number;
  readonly late: number;
  readonly bytes: number;
  readonly tool: string;
}

const rows = new Map<ContenderName, Row>();
try {
  const names = contenders.filter((name) => values.only.split(",").includes(name));
  for (const name of names) rows.set(name, await measureAll(name));
  print();
} finally {
  // A Codex of another contender may still write its last files.
  rmSync(homes, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}

async function measureAll(name: ContenderName): Promise<Row> {
  const home = join(homes, name.replaceAll(" ", "-"));
  await using contender = await startContender(name, { baseUrl: sim.baseUrl, home, rivalPath });
  const run = async (block: Partial<Block> & { readonly runs: number }): Promise<Measured> => {
    const result = await contender.measure({ atOnce: 1, asksTool: false, ...block });
    if (result.failed > 0) console.error(`${name}: ${result.failed} of ${block.runs} runs failed`);
    return result;
  };
  // One process without a pause: the first runs warm it up.
  const long = await run({ runs });
  const last = sim.requests.at(-1);
  const many = await run({ runs: 80, atOnce: 8 });
  const withTool = await run({ runs: 20, asksTool: true });
  return {
    alone: p50(long.times.slice(5, 45)),
    early: p50(long.times.slice(20, 60)),
    late: p50(long.times.slice(-40)),
    perSecond: 80_000 / many.totalMs,
    bytes: last?.bytes ?? 0,
    tool:
      withTool.toolRuns === 20
        ? `${withTool.steps} steps, ${p50(withTool.times).toFixed(0)} ms`
        : `the tool ran in ${withTool.toolRuns} of 20`,
  };
}

function print(): void {
  const note = (
    title: string,
    unit: string,
    better: "less" | "more",
    valueOf: (row: Row) => number,
  ): void => {
    const figures = Array.from(rows, ([name, row]) => [name, valueOf(row)]);
    noteFigure({ bench: "ai-sdk", title, unit, better, values: Object.fromEntries(figures) });
  };
  note("A run alone, p50", "ms", "less", ({ alone }) => alone);
  note("Runs per second, 8 at once", "runs/s", "more", ({ perSecond }) => perSecond);
  note("Size of a request", "bytes", "less", ({ bytes }) => bytes);
  const ours = rows.get("ktx");
  const ratio = (mine: number | undefined, theirs: number): string =>
    mine === undefined ? "" : ` (${(theirs / mine).toFixed(1)}x)`;
  for (const [name, row] of rows) {
    console.log(name);
    console.log(
      `  p50 alone            ${row.alone.toFixed(1)} ms${ratio(ours?.alone, row.alone)}`,
    );
    const rate = ours === undefined ? "" : ` (1/${(ours.perSecond / row.perSecond).toFixed(1)})`;
    console.log(`  runs per s, 8 at once ${row.perSecond.toFixed(1)}${rate}`);
    console.log(
      `  around the 40th run  ${row.early.toFixed(1)} ms${ratio(ours?.early, row.early)}`,
    );
    console.log(
      `  the last 40 of ${runs}   ${row.late.toFixed(1)} ms${ratio(ours?.late, row.late)}`,
    );
    console.log(`  bytes of a request   ${row.bytes}`);
    console.log(`  one tool of the client: ${row.tool}`);
  }
}

function p50(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Its own Codex is left out: all run the same one. */
function installRival(folder: string): string {
  const entry = join(folder, "node_modules/ai-sdk-provider-codex-cli/dist/index.js");
  if (existsSync(entry)) return entry;
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["install", "--no-save", "--omit=optional", "--prefix", folder, rival], {
    stdio: "inherit",
  });
  return entry;
}
