import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { reply, type SimRequest, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { playIngestModel } from "@ktx/ingest/testing";
import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

function playSim(request: SimRequest) {
  if (request.outputSchema !== undefined) {
    const answer = { purpose: "Orders.", grain: "One order.", columns: [], joins: [] };
    return reply([text(JSON.stringify(answer))]);
  }
  const results = request.toolOutputs.map(({ output }) =>
    output.replace(/^Wall time: .*\nOutput:\n/, ""),
  );
  const action = playIngestModel(request.userText, results);
  return reply(["text" in action ? text(action.text) : toolCall(action.tool, action.arguments)]);
}

const model = (baseUrl: string): readonly string[] => ["-m", "gpt-5.5", "--endpoint", baseUrl];

test("a remembered text is a note, and a cited claim of the wiki", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playSim });
  const args = ["remember", "A refund is paid within 30 days.", ...model(sim.baseUrl)];
  const { exitCode, stdout } = await runKtx(sandbox, args);
  expect(stdout).toMatch(/^Kept as notes\/\d{4}-\d\d-\d\d-[0-9a-f]{8}\.md\.\n/);
  expect(exitCode).toBe(0);
  const page = await readFile(join(sandbox.project, "wiki/refund.md"), "utf8");
  expect(page).toMatch(/- A refund is paid within 30 days\.\[\^s1\]\n\n.*\]\(\.\.\/notes\//);
});

test("a text that is remembered while another ingest runs is kept, and read with the named command", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playSim });
  const words = "A refund is paid within 30 days.";
  const args = ["remember", words, ...model(sim.baseUrl)];
  expect((await runKtx(sandbox, args)).exitCode).toBe(0);
  const [note = ""] = await readdir(join(sandbox.project, "notes"));
  const other = new DatabaseSync(join(sandbox.project, ".ktx/ingest/lock.db"));
  other.exec("BEGIN EXCLUSIVE");
  const busy = await runKtx(sandbox, args);
  other.close();
  expect(busy.exitCode).toBe(1);
  expect(busy.stderr).toContain("another one is running");
  const command = `ktx ingest notes/${note}`;
  expect(busy.stderr).toContain(`The text is kept in notes/${note}.`);
  expect(busy.stderr).toContain(command);
  const later = await runKtx(sandbox, [...command.split(" ").slice(1), ...model(sim.baseUrl)]);
  expect(later.exitCode).toBe(0);
});

test("--verbatim needs no model; without one, a text is refused and nothing is written", async () => {
  await using sandbox = await openSandbox();
  const refused = await runKtx(sandbox, ["remember", "A refund is paid."]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("ktx setup --llm-backend codex --no-input");
  expect(await readdir(sandbox.project)).toEqual([]);
  await writeFile(
    join(sandbox.project, "minutes.md"),
    "---\nowner: x\n---\n# Minutes\n\nAll agree.\n",
  );
  const args = ["remember", "--verbatim", "--file", "minutes.md"];
  const { exitCode, stdout } = await runKtx(sandbox, args);
  expect(stdout).toMatch(/^Written to wiki\/notes\/.*\.md\.\n$/);
  expect(exitCode).toBe(0);
  const [name = ""] = await readdir(join(sandbox.project, "wiki/notes"));
  const page = await readFile(join(sandbox.project, "wiki/notes", name), "utf8");
  expect(page).toContain("# Minutes\n\nAll agree.\n");
});

test("ktx scan writes a page for each table; another file, and no model, are refused", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: playSim });
  await writeFile(
    join(sandbox.project, "schema.sql"),
    "create table orders (id int, buyer int);\n",
  );
  const refused = await runKtx(sandbox, ["scan", "schema.sql"]);
  expect(refused.stderr).toContain("ktx setup --llm-backend codex --no-input");
  expect(refused.exitCode).toBe(2);
  const wrong = await runKtx(sandbox, ["scan", "none.db", ...model(sim.baseUrl)]);
  expect(wrong.exitCode).toBe(2);
  const { exitCode, stdout } = await runKtx(sandbox, ["scan", "schema.sql", ...model(sim.baseUrl)]);
  expect(stdout).toContain("Written: tables/orders.md\n1 table · 0 joins kept, 0 refused");
  expect(exitCode).toBe(0);
  const page = await readFile(join(sandbox.project, "wiki/tables/orders.md"), "utf8");
  expect(page).toContain("| buyer | INT |  |");
});
