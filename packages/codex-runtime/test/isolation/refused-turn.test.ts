import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openOwnThread, takeEvents } from "../own-threads.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

/**
 * A program in the place of Codex that keeps each start of its own: it refuses instructions of ours, and
 * says so at the end of the turn alone. Other turns it completes.
 */
const program = `#!${process.execPath}
const argv = process.argv.slice(2);
if (argv[0] !== "app-server") process.exit(1);
let refuses = false;
const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
let turns = 0;
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") say({ id, result: { userAgent: "ktx/0.163.0 (x)" } });
  if (method === "thread/start") {
    refuses = params.baseInstructions !== undefined;
    require("node:fs").appendFileSync(__filename + ".log", process.pid + " " + refuses + "\\n");
    say({ id, result: { thread: { id: "thread", ephemeral: true } } });
  }
  if (method !== "turn/start") return;
  turns += 1;
  const turn = { id: "turn " + turns };
  say({ id, result: { turn } });
  const end = refuses
    ? { status: "failed", error: { message: "Instructions are not valid" } }
    : { status: "completed" };
  say({ method: "turn/completed", params: { threadId: "thread", turn: { ...turn, ...end } } });
});
`;

test("a turn whose end alone has the refusal starts again in the same process, in a thread with Codex's own instructions", async () => {
  const folder = await makeTestFolder("refused");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const codexPath = join(folder.path, "codex");
  await writeFile(codexPath, program, { mode: 0o755 });
  await using thread = openOwnThread("app-server", {
    codexPath,
    env: { HOME: folder.path, XDG_CACHE_HOME: folder.path, CODEX_API_KEY: "" },
    projectDir: folder.path,
    settings: { model_provider: "own", model_providers: { own: {} } },
  });
  const ends: string[] = [];
  for (let turn = 0; turn < 2; turn += 1)
    ends.push(...(await takeEvents(thread)).map(({ type }) => type));

  const starts = (await readFile(`${codexPath}.log`, "utf8")).trim().split("\n");
  expect(starts.map((start) => start.split(" ")[1])).toEqual(["true", "false"]);
  expect(new Set(starts.map((start) => start.split(" ")[0])).size).toBe(1);
  expect(ends.filter((type) => type.startsWith("turn."))).toEqual([
    "turn.completed",
    "turn.completed",
  ]);
});
