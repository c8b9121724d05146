/**
 * Lets the official inspector's command line list and call the tools of `ktx mcp`. It is fetched when this runs and is
 * no dependency: it is as large as all others of this repository together but Codex itself.
 */
import { strictEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { writeWikiProject } from "./end-to-end/wiki-project.ts";
import { bin, openSandbox, sourceOptions } from "./spawn-ktx.ts";

const inspector = "@modelcontextprotocol/inspector@2.12.0";

await using sandbox = await openSandbox();
await writeWikiProject(sandbox.project);

const listed = await inspect<{ readonly tools: readonly { readonly name: string }[] }>([
  "--method",
  "tools/list",
]);
strictEqual(
  listed.tools.map(({ name }) => name).join(", "),
  "wiki_search, wiki_read, wiki_why, source_read",
);
const called = await inspect<{ readonly content: readonly { readonly text: string }[] }>([
  "--method",
  "tools/call",
  "--tool-name",
  "wiki_search",
  "--tool-arg",
  "query=revenue",
]);
strictEqual(called.content[0]?.text.startsWith("- finance/refunds.md: Refunds"), true);
console.log(`The inspector lists ${listed.tools.length} tools of ktx mcp and calls one.`);

async function inspect<Result>(args: readonly string[]): Promise<Result> {
  const manager = process.env["npm_execpath"];
  if (manager === undefined) throw new Error("Run this through pnpm: `pnpm inspector`.");
  const server = [process.execPath, ...sourceOptions, bin, "mcp", "--project-dir", sandbox.project];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [manager, "dlx", inspector, "--cli", ...args, "--", ...server],
    { timeout: 240_000 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Result;
}
