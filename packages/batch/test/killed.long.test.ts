import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, inject, test } from "vitest";
import { openSqliteStore } from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";

const kills = inject("longForm") === "full" ? 50 : 6;

function start(file: string, log: string): ChildProcess {
  const program = join(import.meta.dirname, "units-program.ts");
  const args = ["--conditions=@ktx/source", program, file, log];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

/** Two processes on one store; each round kills one of them at a moment that differs. */
test("a killed process loses no result, and no finished unit runs again", async () => {
  let killed = 0;
  while (killed < kills) {
    await using made = await makeSqliteStore(() => Date.now());
    const log = `${made.file}.log`;
    await writeFile(log, "");
    const finishedAt = new Map<string, number>();
    const look = async (): Promise<number> => {
      const started = (await readFile(log, "utf8")).split("\n").length - 1;
      await using store = await openSqliteStore({ file: made.file });
      for await (const { key } of store.list({ states: ["done"] }))
        if (!finishedAt.has(key)) finishedAt.set(key, started);
      return finishedAt.size;
    };
    let other = start(made.file, log);
    let isDone = false;
    for (let round = 0; round < 8 && killed < kills && !isDone; round += 1) {
      const one = start(made.file, log);
      await wait(120 + ((killed * 97) % 260));
      one.kill("SIGKILL");
      if (one.exitCode === null && one.signalCode === null) await once(one, "exit");
      killed += 1;
      if (round === 2) {
        other.kill("SIGKILL");
        if (other.exitCode === null && other.signalCode === null) await once(other, "exit");
        other = start(made.file, log);
      }
      isDone = (await look()) === 40;
    }
    const last = start(made.file, log);
    for (const child of [last, other])
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(last.exitCode).toBe(0);
    expect(await look()).toBe(40);
    const started = (await readFile(log, "utf8")).split("\n");
    // A look may see a unit done that started just before; none starts after it was seen so.
    for (const [key, at] of finishedAt) expect(started.slice(at)).not.toContain(key);
    await using store = await openSqliteStore({ file: made.file });
    for (const record of await store.get([...finishedAt.keys()]))
      expect(record?.result).toEqual({ key: record?.key, attempt: record?.attempt });
  }
}, 600_000);
