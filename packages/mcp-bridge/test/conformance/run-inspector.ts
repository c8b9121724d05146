/**
 * Lets the official inspector's command line list and call the tools of a bridge. It is fetched when this
 * runs and is no dependency: it is as large as all others of this repository together but Codex itself.
 */
import { strictEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startToolBridge } from "../../src/index.ts";
import { fixtureTools } from "./fixture-tools.ts";
import { startTokenProxy } from "./token-proxy.ts";

const inspector = "@modelcontextprotocol/inspector@2.12.0";

await using bridge = await startToolBridge({ projectDir: process.cwd(), toolSet: fixtureTools });
await using proxy = await startTokenProxy(bridge);

const listed = await inspect<{ readonly tools: readonly { readonly name: string }[] }>([
  "--method",
  "tools/list",
]);
strictEqual(
  listed.tools.map(({ name }) => name).join(", "),
  Object.values(fixtureTools)
    .map(({ name }) => name)
    .join(", "),
);
const called = await inspect<{ readonly content: readonly { readonly text: string }[] }>([
  "--method",
  "tools/call",
  "--tool-name",
  "test_simple_text",
]);
strictEqual(called.content[0]?.text, "This is a simple text response for testing.");
console.log(`The inspector lists ${listed.tools.length} tools and calls one.`);

async function inspect<Result>(args: readonly string[]): Promise<Result> {
  const manager = process.env["npm_execpath"];
  if (manager === undefined) throw new Error("Run this through pnpm: `pnpm inspector`.");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [manager, "dlx", inspector, "--cli", proxy.url, "--transport", "http", ...args],
    { timeout: 240_000 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Result;
}
