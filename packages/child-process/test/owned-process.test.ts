import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import {
  adoptChildProcess,
  type EndingLadder,
  OwnedProcess,
  parseProcStat,
  readDescendants,
} from "../src/index.ts";

/** For what heeds a signal: a guard. */
const patient: EndingLadder = { leaveMs: 50, terminateMs: 60_000, killMs: 60_000 };
/** For what ignores SIGTERM. */
const quick: EndingLadder = { ...patient, terminateMs: 100 };

/** A Node process that runs this and then says so; its standard input stays open. */
async function start(
  program: string,
  ladder = quick,
): Promise<{ child: ChildProcess; owned: OwnedProcess }> {
  const child = spawn(
    process.execPath,
    ["-e", `${program};setInterval(() => {}, 1e6);console.log("ready")`],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const owned = new OwnedProcess(child, { ladder });
  await once(createInterface(child.stdout), "line");
  return { child, owned };
}

const ignoresTerm = `process.on("SIGTERM", () => {})`;
const startsAnother = (program: string): string =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(program)}], { detached: true, stdio: ["ignore", "inherit", "ignore"] })`;

/** A process whose end nobody has asked for counts as ended. */
function stillRuns(pid: number | undefined): boolean {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8")) !== undefined;
  } catch {
    return false;
  }
}

test("a process that heeds SIGTERM is ended by it", async () => {
  const { child, owned } = await start("", patient);
  expect(await owned.terminate()).toEqual([]);
  expect(child).toMatchObject({ signalCode: "SIGTERM" });
});

test("a process that ignores SIGTERM is ended by SIGKILL", async () => {
  const { child, owned } = await start(ignoresTerm);
  expect(await owned.terminate()).toEqual([]);
  expect(child).toMatchObject({ signalCode: "SIGKILL" });
});

test("what the process has started in a group of its own is ended too, however deaf", async () => {
  const stubborn = `${ignoresTerm};setInterval(() => {}, 1e6);console.log("ready")`;
  const { owned } = await start(startsAnother(stubborn));
  const others = await readDescendants(owned.pid ?? 0);
  expect(others).toHaveLength(1);
  expect(await owned.terminate()).toEqual([]);
  expect(others.filter(({ pid }) => stillRuns(pid))).toEqual([]);
});

test("what the process had started before it left by itself is ended, where it was noted", async () => {
  const { child, owned } = await start(startsAnother("setInterval(() => {}, 1e6)"));
  const [other] = await readDescendants(owned.pid ?? 0);
  await owned.noteDescendants();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(stillRuns(other?.pid)).toBe(true);
  expect(await owned.terminate()).toEqual([]);
  expect(stillRuns(other?.pid)).toBe(false);
});

test("ending twice is ending once", async () => {
  const { owned } = await start("");
  expect(owned.terminate()).toBe(owned.terminate());
  await owned.terminate();
  expect(owned.running).toBe(false);
});

test("a process that can not be started has nothing to end", async () => {
  let owned: OwnedProcess | undefined;
  adoptChildProcess(
    (adopted) => {
      owned = new OwnedProcess(adopted, { ladder: quick });
    },
    () => spawn("/nowhere/at/all"),
  );
  await owned?.leave();
  expect(await owned?.terminate()).toEqual([]);
});

test("a long prompt to a process that was killed at its start does not end the host", async () => {
  let owned: OwnedProcess | undefined;
  const child = adoptChildProcess(
    (adopted) => {
      owned = new OwnedProcess(adopted, { ladder: quick });
    },
    () => spawn(process.execPath, ["-e", "0"], { signal: AbortSignal.abort() }),
  );
  child.stdin.end("x".repeat(4_000_000));
  await new Promise((resolve) => child.once("close", resolve));
  expect(await owned?.terminate()).toEqual([]);
});

test("a host that exits takes its child along", async () => {
  const host = spawn(
    process.execPath,
    [
      "--conditions=@ktx/source",
      "--input-type=module",
      "-e",
      `import { spawn } from "node:child_process";
       import { OwnedProcess } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
       const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" });
       new OwnedProcess(child);
       child.once("spawn", () => setImmediate(() => { console.log(child.pid); throw new Error("the host crashed"); }));`,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const [line] = (await once(createInterface(host.stdout), "line")) as [string];
  await once(host, "exit");
  await expect.poll(() => stillRuns(Number(line))).toBe(false);
});
