/**
 * Takes the pictures of `docs/images` in Chromium, light and dark: the page of a run and of an ingest, and the wiki that
 * the ingest wrote. The runs are real: the command `ktx`, the real Codex, and a scripted model in place of the service.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { answering, type SimScript, startCodexSim, toolCall } from "@ktx/codex-sim";
import { playIngest } from "../../../apps/ktx/test/play-ingest.ts";
import { openSandbox, runKtx, type Sandbox, spawnKtx } from "../../../apps/ktx/test/spawn-ktx.ts";
import { type OpenedBrowser, openBrowser } from "../../../test/open-browser.ts";

const root = join(import.meta.dirname, "../../..");
const images = join(root, "docs/images");

await using sandbox = await openSandbox();
const project = join(sandbox.project, "shop");
await mkdir(project);
const shop = { ...sandbox, project };
const run = await recordRun(shop);
const ingest = await recordIngest(shop);

const browser = await openBrowser();
if (typeof browser === "string") throw new Error(browser);
await using opened = browser;
await mkdir(images, { recursive: true });
await take(opened, { name: "report-run", height: 1_120, address: pathToFileURL(run).href });
await take(opened, { name: "report-ingest", height: 780, address: pathToFileURL(ingest).href });
const wiki = spawnKtx(shop, ["wiki", "serve"], { hasOpenStdin: true });
try {
  const address = await firstLine(wiki.child.stdout);
  await take(opened, { name: "wiki-serve", height: 620, address, path: "/page/refund.md" });
} finally {
  wiki.child.kill("SIGINT");
  await wiki.result;
}

/** A run that misspells a column, and corrects itself. @returns the path of its page. */
async function recordRun(machine: Sandbox): Promise<string> {
  const statement =
    "select customer, sum(euros) as total from orders where returned = 0 group by 1 order by 2 desc";
  await using sim = await startCodexSim({
    script: paced(
      answering((told) => {
        if (told === undefined)
          return [toolCall("query_orders", { sql: statement.replace("euros", "euro") })];
        if (told.includes("no such column")) return [toolCall("query_orders", { sql: statement })];
        return "Ada, with 165.50 euros in two orders that she kept.";
      }),
    ),
  });
  const tools = ["--tools", join(import.meta.dirname, "shop-tools.ts")];
  const model = ["-m", "gpt-5.5", "--endpoint", sim.baseUrl];
  const question = "Who is our best customer?";
  await ktx(machine, ["run", question, ...tools, ...model, "--record", "run.jsonl"]);
  return (await ktx(machine, ["report", "run.jsonl"])).trim();
}

/** An ingest of the sample project of `ktx demo`. @returns the path of its page. */
async function recordIngest(machine: Sandbox): Promise<string> {
  await cp(join(root, "apps/ktx/assets/demo/sources"), join(machine.project, "sources"), {
    recursive: true,
  });
  await using sim = await startCodexSim({ script: paced(playIngest) });
  const args = ["ingest", "sources", "-m", "gpt-5.5", "--endpoint", sim.baseUrl, "--json"];
  await writeFile(join(machine.project, "ingest.jsonl"), await ktx(machine, args));
  return (await ktx(machine, ["report", "ingest.jsonl"])).trim();
}

/** The pauses and the tokens of a model, by the size of the request, so that the bars differ. */
function paced(script: SimScript): SimScript {
  if (typeof script !== "function") return script;
  return async (...given) => {
    const [request] = given;
    const answer = await script(...given);
    if (answer.type !== "stream") return answer;
    const inputTokens = Math.round(request.bytes / 4);
    const cachedInputTokens = request.toolOutputs.length === 0 ? 0 : Math.round(inputTokens * 0.6);
    const outputTokens = Math.round(JSON.stringify(answer.items).length / 2);
    const usage = { inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens: 0 };
    return { ...answer, usage, beforeHeadersMs: 200 + request.bytes / 40 };
  };
}

async function ktx(machine: Sandbox, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runKtx(machine, args);
  if (exitCode !== 0) throw new Error(`ktx ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

async function firstLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  if (stream === null) throw new Error("Expected a pipe.");
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error("Expected the address of the wiki, and ktx wiki serve has ended.");
}

interface Picture {
  readonly name: string;
  readonly height: number;
  readonly address: string;
  /** A page of that site, opened after the address itself has signed the browser in. */
  readonly path?: string;
}

async function take(
  { open }: OpenedBrowser,
  { name, height, address, path }: Picture,
): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page, errors } = await open({ viewport: { width: 900, height }, colorScheme });
    await page.goto(address);
    if (path !== undefined) await page.goto(new URL(path, address).href);
    await page.evaluate(
      "document.querySelector('.entry.failed details')?.setAttribute('open', '')",
    );
    const file = join(images, `${name}-${colorScheme}.png`);
    await page.screenshot({ path: file, animations: "disabled" });
    if (errors.length > 0) throw new Error(errors.join("\n"));
    console.log(file);
  }
}
