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
    const startsSoFar = async (): Promise<readonly string[]> =>
      (await readFile(log, "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
    const finishedAt = new Map<string, number>();
    const look = async (): Promise<number> => {
      const seen: string[] = [];
      {
        await using store = await openSqliteStore({ file: made.file });
        for await (const { key } of store.list({ states: ["done"] }))
          if (!finishedAt.has(key)) seen.push(key);
      }
      // Read last, so that the start of each unit that was seen done is among these.
      const { length } = await startsSoFar();
      for (const key of seen) finishedAt.set(key, length);
      return finishedAt.size;
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
    const starts = await startsSoFar();
    // None starts after it was seen done.
    for (const [key, at] of finishedAt) expect(starts.slice(at)).not.toContain(key);
    await using store = await openSqliteStore({ file: made.file });
    for (const record of await store.get([...finishedAt.keys()])) {
      // The last attempt has recorded it, and none whose lease was lost.
      expect(record?.result).toEqual({ key: record?.key, attempt: record?.attempt });
      losses += record?.losses ?? 0;
    }
  }
  expect(losses).toBeGreaterThan(0);
}, 600_000);
