/**
 * Runs the official MCP conformance suite against a bridge with the tools that the suite calls. Fails when a
 * scenario fails that is not in expected-failures.yml, and when one that is there passes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startToolBridge } from "../../src/index.ts";
import { fixtureTools } from "./fixture-tools.ts";
import { startTokenProxy } from "./token-proxy.ts";

await using bridge = await startToolBridge({ projectDir: process.cwd(), toolSet: fixtureTools });
await using proxy = await startTokenProxy(bridge);

const suite = fileURLToPath(import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"));
const expectedFailures = fileURLToPath(new URL("expected-failures.yml", import.meta.url));
const child = spawn(
  process.execPath,
  [suite, "server", "--url", proxy.url, "--suite", "all", "--expected-failures", expectedFailures],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, "exit")]);
console.log(exitCode === 0 ? output.slice(output.indexOf("=== SUMMARY ===")) : output);
process.exitCode = exitCode === 0 ? 0 : 1;
