import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readBlocks } from "../apps/ktx/test/readmes/readme-blocks.ts";
import { openSandbox, type Sandbox } from "../apps/ktx/test/spawn-ktx.ts";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../examples");
const options = ["--no-warnings", "--conditions=@ktx/source"];

/** The one command of an example's README, and what it prints: `…` stands for anything. */
async function readmeOf(example: string) {
  const readme = await readFile(join(folder, example, "README.md"), "utf8");
  const [command, output] = readBlocks(readme);
  return { readme, command: command?.text.trim(), output: output?.text ?? "" };
}

/** The environment of a machine where nobody signed in. */
function envOf({ env }: Sandbox): NodeJS.ProcessEnv {
  return { ...env, NO_COLOR: "1" };
}

/** Matches a text that is this output, with anything in place of `…`. */
function toPattern(output: string): RegExp {
  const parts = output.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*?")}$`);
}

async function runExample(example: string, sandbox: Sandbox): Promise<string> {
  const args = [...options, join(folder, "run.ts"), example];
  const cwd = join(folder, "..");
  return (await run(process.execPath, args, { cwd, env: envOf(sandbox) })).stdout;
}

/** They need another test: a server that runs until it is ended, and a database. */
const apart = ["chat-page", "two-machines"];

test("every folder is an example with a README that says how to run it", async () => {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules)/.test(entry.name))
    .map(({ name }) => name);
  const index = await readFile(join(folder, "README.md"), "utf8");
  for (const name of names) {
    const { command, readme } = await readmeOf(name);
    expect.soft(command).toBe(`npx -y pnpm@10.34.8 example ${name}`);
    expect.soft(readme).toContain("\nAfter this you can ");
    expect.soft(index).toContain(`[${name}](${name})`);
  }
  expect(names.length).toBeGreaterThanOrEqual(10);
});

test.each([
  "minimal-text",
  "typed-extraction",
  "database-agent",
  "budgeted-batch",
  "mcp-client",
  "record-and-replay",
  "opentelemetry",
  "custom-endpoint",
])("the example %s prints what its README says, and leaves nothing running", async (example) => {
  expect(apart).not.toContain(example);
  await using sandbox = await openSandbox();
  const { output } = await readmeOf(example);
  expect(await runExample(example, sandbox)).toMatch(toPattern(output));
  expect(await sandbox.listProcesses()).toEqual([]);
});

test("the example chat-page serves a page that streams answers, and refuses other sites", async () => {
  await using sandbox = await openSandbox();
  const args = [...options, join(folder, "run.ts"), "chat-page"];
  const child = spawn(process.execPath, args, {
    env: envOf(sandbox),
    stdio: ["ignore", "pipe", 2],
  });
  try {
    const line = await firstLine(child);
    const { output } = await readmeOf("chat-page");
    expect(`${line}\n`).toMatch(toPattern(output));
    const url = /http:\S+(?=,)/.exec(line)?.[0] ?? "";
    expect(await (await fetch(url)).text()).toContain("<title>Chat</title>");
    const ask = (headers: Record<string, string>) =>
      fetch(new URL("chat?page=1", url), { method: "POST", body: "Hello.", headers });
    expect((await ask({ "sec-fetch-site": "cross-site" })).status).toBe(404);
    expect(await (await ask({})).text()).toBe("You said: Hello.");
    expect(await chunksOf(new URL("chat?page=2", url))).toBeGreaterThan(1);
  } finally {
    child.kill("SIGINT");
    if (child.exitCode === null) await once(child, "exit");
  }
  expect(child.exitCode).toBe(0);
  expect(await sandbox.listProcesses()).toEqual([]);
});

/** The number of pieces in which an answer went out, as they are on the wire. */
async function chunksOf(url: URL): Promise<number> {
  const socket = connect(Number(url.port), url.hostname);
  const head = ["Host: localhost", "Content-Length: 6", "Connection: close"].join("\r\n");
  socket.write(`POST ${url.pathname}${url.search} HTTP/1.1\r\n${head}\r\n\r\nHello.`);
  const answer = await readText(socket);
  return Array.from(answer.matchAll(/^[1-9a-f][\da-f]*\r$/gm)).length;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("Expected a pipe.");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("The example ended before it printed a line.");
}

test("the recording of record-and-replay is what its program records today", async () => {
  await using sandbox = await openSandbox();
  const copy = await mkdtemp(join(folder, ".copy-"));
  try {
    await cp(join(folder, "record-and-replay"), copy, { recursive: true });
    await rm(join(copy, "refund.jsonl"));
    const { stdout } = await run(process.execPath, [...options, join(copy, "record.ts")], {
      env: envOf(sandbox),
    });
    expect(stdout).toBe("14 days, recorded\n");
    const said = (text: string) =>
      text.split("\n").filter((line) => /"type":"(?:turn-start|tool-|text-delta)/.test(line));
    const [now, kept] = await Promise.all(
      [copy, join(folder, "record-and-replay")].map(async (place) =>
        said(await readFile(join(place, "refund.jsonl"), "utf8")).map((line) =>
          line.replace(/"atMs":\d+/, ""),
        ),
      ),
    );
    expect(now).toEqual(kept);
  } finally {
    await rm(copy, { recursive: true });
  }
});
