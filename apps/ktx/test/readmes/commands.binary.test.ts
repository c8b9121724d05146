import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type SimRequest, startCodexSim } from "@ktx/codex-sim";
import { hashLines } from "@ktx/wiki";
import { expect, test } from "vitest";
import { listPages } from "../../../../docs/site/site-pages.ts";
import { playIngest } from "../play-ingest.ts";
import { bin, openSandbox, type Sandbox, sourceOptions } from "../spawn-ktx.ts";
import { commandsOf } from "./commands-of.ts";
import { oblige } from "./obliging-model.ts";
import { readBlocks } from "./readme-blocks.ts";

const repository = join(import.meta.dirname, "../../../..");
const endToEnd = "apps/ktx/test/end-to-end";

/** Commands that another test runs, or the check of the packed packages: they need a terminal, a server or minutes. */
const elsewhere: readonly (readonly [command: RegExp, file: string])[] = [
  [/^npx -y pnpm@10\.34\.8 demo$/, `${endToEnd}/demo.binary.test.ts`],
  [/^(?:npx -y pnpm@10\.34\.8|ktx) demo agent$/, `${endToEnd}/demo-agent.binary.test.ts`],
  [/^npx -y pnpm@10\.34\.8 example [\w-]+(?: record)?$/, "test/examples.binary.test.ts"],
  [/^npx -y pnpm@10\.34\.8 (?:build|-r .* pack .*)$/, "test/packed/project.ts"],
  [/^(?:cd \.\.\/your-project|npm init .*|npm install \/tmp\/ktx\/.*)$/, "test/packed/project.ts"],
  [/^ktx setup$/, `${endToEnd}/first-answer.binary.test.ts`],
  [/^ktx setup --agents /, "apps/ktx/test/agent-settings/set-up-agent.test.ts"],
  [/^ktx sim --port 4010$/, "apps/ktx/test/sim/serve-sim.test.ts"],
  [/^ktx mcp --http /, `${endToEnd}/mcp.binary.test.ts`],
  [/^ktx wiki serve$/, `${endToEnd}/wiki-serve.binary.test.ts`],
  [/^ktx run .* --mcp /, `${endToEnd}/run-mcp.binary.test.ts`],
  [/^ktx sim --demo --port 4010$/, `${endToEnd}/offline-workers.long.test.ts`],
  [/ --store units\.sqlite/, `${endToEnd}/offline-workers.long.test.ts`],
  [/ --store DATABASE_URL/, `${endToEnd}/workers.long.test.ts`],
];

/** Commands that nothing runs here, and why. */
const apart: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npx -y pnpm@10\.34\.8 test$/, "It is the suite that this test is a part of."],
  [/^npx -y pnpm@10\.34\.8 check:codex$/, "It asks the registry for the newest Codex."],
  [/^codex login$/, "It signs in to a real account."],
  [/^export DATABASE_URL=/, "Its address is made up."],
];

/** Exit codes other than 0, and why they are right here. */
const exits: readonly (readonly [page: string, command: string, code: number, reason: string])[] = [
  ["docs/guides/endpoints.md", "ktx status", 1, "No Ollama listens on this machine."],
];

const pages = listPages(repository).filter((page) => runnable(page).length > 0);

function runnable(page: string): readonly string[] {
  const commands = commandsOf(readFileSync(join(repository, page), "utf8"));
  return commands.filter(
    (command) => ![...elsewhere, ...apart].some(([pattern]) => pattern.test(command)),
  );
}

const orders = `-- An order has one buyer.\n${"select 1;\n".repeat(40)}`;

/** The files that the commands take for granted, where the page shows none of the name. */
const files: Readonly<Record<string, string>> = {
  "tools.ts": `import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";

export const tools = [
  defineTool({
    name: "greet",
    description: "Greets someone.",
    inputSchema: z.object({ name: z.string() }),
    execute: ({ name }) => \`Good morning, \${name}.\`,
  }),
];
`,
  "city.ts": `import { z } from "zod";

export default z.object({ name: z.string(), population: z.number() });
`,
  "prompts.jsonl": '{"id": "a", "prompt": "Name a prime."}\n"Name a square."\n',
  "docs/refunds.md": "- A refund is paid within 30 days.\n- The refund window is open.\n",
  "models/orders.sql": orders,
  "wiki/start.md": "# Start\n\nRead this first.\n",
};

/** Files that the commands of one page alone take for granted. */
const filesOfPage: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docs/guides/wiki.md": {
    "wiki/refunds.md": `---
title: Refunds
tags: [finance]
---

The refund window is 30 days.[^s1]

[^s1]: [orders.sql:1-2](../models/orders.sql) sha256:${hashLines(orders, { from: 1, to: 2 })?.slice(0, 16)}
`,
  },
};

/** The files that the page itself shows: by their first line, or by the sentence above. */
function filesOf(markdown: string): Readonly<Record<string, string>> {
  const named = readBlocks(markdown).flatMap(({ text }) => {
    const name = /^\/\/ ([\w.-]+)\n/.exec(text)?.[1];
    return name === undefined ? [] : [[name, text] as const];
  });
  const saved = markdown.matchAll(/Save this as `([\w.-]+)`:\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([
    ...named,
    ...Array.from(saved, ([, name = "", text = ""]) => [name, text] as const),
  ]);
}

function play(request: SimRequest) {
  const isIngest = request.tools.some((tool) => tool.startsWith("page_"));
  return isIngest || request.userText.includes("claims") ? playIngest(request) : oblige(request);
}

/** A project of a user: no packages, and none in the folders above it. */
async function fillProject(folder: string, page: string, baseUrl: string): Promise<void> {
  const shown = filesOf(await readFile(join(repository, page), "utf8"));
  const config = `llm:\n  provider:\n    backend: codex\n    codex:\n      endpoint: { base_url: ${baseUrl} }\n  models:\n    default: gpt-5.5\n`;
  const all = { ...files, ...filesOfPage[page], ...shown, "ktx.yaml": config };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A `ktx` on the PATH, as an installed one is. */
async function installKtx(sandbox: Sandbox): Promise<string> {
  const folder = join(sandbox.root, "bin");
  await mkdir(folder);
  const words = [process.execPath, "--no-warnings", ...sourceOptions, bin];
  const command = words.map((word) => `'${word}'`).join(" ");
  await writeFile(join(folder, "ktx"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  return folder;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function runLine(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      "bash",
      ["-c", line],
      { cwd, env, timeout: 100_000 },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
    // A chat on a pipe reads its prompts from here.
    child.stdin?.end("Greet Ada\n");
  });
}

test.each(pages)(
  "the commands of %s run, one after the other",
  async (page) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: play });
    await fillProject(sandbox.project, page, sim.baseUrl);
    const PATH = `${await installKtx(sandbox)}:${sandbox.env["PATH"] ?? ""}`;
    const env = { ...sandbox.env, PATH, BROWSER: "true", NO_COLOR: "1" };
    for (const command of runnable(page)) {
      const { code, output } = await runLine(command, sandbox.project, env);
      const expected = exits.find(([of, line]) => of === page && line === command)?.[2] ?? 0;
      expect.soft(code, `${command}\n${output}`).toBe(expected);
    }
    // The browser of `--open` is the user's own and not waited for; here it ends by itself.
    await expect.poll(() => sandbox.listProcesses()).toEqual([]);
    // A hang guard: a page of nine commands, on a machine that does much else.
  },
  120_000,
);

test("each command that does not run here is in a page, and runs elsewhere or has a reason", () => {
  const all = listPages(repository).flatMap((page) =>
    commandsOf(readFileSync(join(repository, page), "utf8")),
  );
  const unused = [...elsewhere, ...apart].filter(
    ([pattern]) => !all.some((command) => pattern.test(command)),
  );
  expect(unused).toEqual([]);
  expect(elsewhere.filter(([, file]) => !existsSync(join(repository, file)))).toEqual([]);
  for (const [page, command] of exits) expect.soft(runnable(page)).toContain(command);
});
