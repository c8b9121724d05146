import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, inject, test } from "vitest";
import { openSqliteStore } from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";

const isFull = inject("longForm") === "full";
const kills = isFull ? 50 : 6;

/** Milliseconds from the first unit of a process to its end: in the short form always the same ones. */
function momentOf(kill: number): number {
  return isFull ? Math.random() * 300 : (kill * 97) % 260;
}

/** Milliseconds for which a process stands still: longer than its leases. */
const stoppedMs = 450;

async function start(file: string, log: string): Promise<ChildProcess & { readonly pid: number }> {
  const program = join(import.meta.dirname, "units-program.ts");
  const args = ["--conditions=@ktx/source", program, file, log];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  await once(child, "spawn");
  return Object.assign(child, { pid: child.pid ?? 0 });
}

function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isGone(child)) await once(child, "exit");
}

/** Waits until the process has started a unit, or has ended because none is left. */
async function untilBusy(
  child: ChildProcess & { readonly pid: number },
  log: string,
): Promise<void> {
  while (!isGone(child) && !(await readFile(log, "utf8")).includes(`${child.pid} `)) await wait(5);
}

/** Two processes on one store. Each round kills one of them, and at times the other stands still. */
test("a process that is killed or stands still loses no result, and no finished unit runs again", async () => {
  let killed = 0;
  let losses = 0;
  while (killed < kills) {
    await using made = await makeSqliteStore(() => Date.now());
    const log = `${made.file}.log`;
    await writeFile(log, "");
    /** The attempts with which units were first seen done. */
    const finished = new Map<string, number>();
    const look = async (): Promise<number> => {
      await using store = await openSqliteStore({ file: made.file });
      for await (const { key, attempt } of store.list({ states: ["done"] }))
        if (!finished.has(key)) finished.set(key, attempt);
      return finished.size;
    };
    const other = await start(made.file, log);
    for (let round = 0; killed < kills && (await look()) < 40; round += 1) {
      const one = await start(made.file, log);
      await untilBusy(one, log);
      if (round % 3 === 1) other.kill("SIGSTOP");
      await wait(momentOf(killed));
      one.kill("SIGKILL");
      await end(one);
      killed += 1;
      if (round % 3 === 1) {
        await wait(stoppedMs);
        other.kill("SIGCONT");
      }
    }
    const last = await start(made.file, log);
    await Promise.all([end(last), end(other)]);
    expect([last.exitCode, other.exitCode]).toEqual([0, 0]);
    expect(await look()).toBe(40);
    const starts = (await readFile(log, "utf8")).trimEnd().split("\n");
    // A start of an earlier attempt may be written late, by a process that stood still.
    const ranAgain = starts.filter((line) => {
      const [, key = "", attempt] = line.split(" ");
      return Number(attempt) > (finished.get(key) ?? 0);
    });
    expect(ranAgain).toEqual([]);
    await using store = await openSqliteStore({ file: made.file });
    for (const record of await store.get([...finished.keys()])) {
      // The last attempt has recorded it, and none whose lease was lost.
      expect(record?.result).toEqual({ key: record?.key, attempt: record?.attempt });
      losses += record?.losses ?? 0;
    }
  }
  expect(losses).toBeGreaterThan(0);
}, 600_000);
