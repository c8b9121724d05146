import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { parseProcStat } from "../src/index.ts";

const started: number[] = [];

afterEach(() => {
  for (const pid of started.splice(0)) killIfRunning(pid);
});

/** A host that guards a child with a child of its own, both of which ignore SIGTERM; prints their ids. */
const host = `
  import { spawn, spawnSync } from "node:child_process";
  import { guardProcessGroup } from ${JSON.stringify(import.meta.resolve("../src/index.ts"))};
  const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
  const child = spawn(process.execPath, ["-e",
    'const { spawn } = require("node:child_process"); const inner = spawn(process.execPath, ["-e", ' +
    JSON.stringify(stubborn) + '], { stdio: "ignore" }); console.log(inner.pid);' + stubborn],
    { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const release = guardProcessGroup(child.pid);
  child.stdout.on("data", (inner) => {
    console.log(child.pid + " " + inner);
    if (process.argv[1] === "release") release();
    if (process.argv[1] === "exit") process.exit(0);
  });
`;

async function startHost(
  mode: string,
): Promise<{ readonly pid: number; readonly pids: number[]; readonly ended: Promise<unknown> }> {
  const child = spawn(
    process.execPath,
    ["--conditions=@ktx/source", "--input-type=module", "-e", host, mode],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const pids = line.toString().trim().split(/\s+/).map(Number);
  started.push(...pids);
  if (child.pid === undefined) throw new Error("the host did not start");
  started.push(child.pid);
  return { pid: child.pid, pids, ended };
}

// They read /proc.
test.runIf(process.platform === "linux").each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
  "a host that ends by %s takes the group of its child with it",
  async (signal) => {
    const { pid, pids, ended } = await startHost("stay");
    expect(pids.filter(isRunning)).toEqual(pids);
    process.kill(pid, signal);
    await ended;
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  },
);

test.runIf(process.platform === "linux")("a host that exits takes it with it, too", async () => {
  const { pids, ended } = await startHost("exit");
  await ended;
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "a group that was released outlives the host",
  async () => {
    const { pid, pids, ended } = await startHost("release");
    // The shell of the guard leaves once it is released.
    await expect.poll(() => guardsOf(pids[0] ?? 0)).toEqual([]);
    process.kill(pid, "SIGKILL");
    await ended;
    expect(pids.filter(isRunning)).toEqual(pids);
  },
);

test("a guard does not keep its host running", async () => {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@ktx/source",
      "--input-type=module",
      "-e",
      `import { guardProcessGroup } from ${JSON.stringify(import.meta.resolve("../src/index.ts"))}; guardProcessGroup(2 ** 30);`,
    ],
    { stdio: "ignore" },
  );
  expect(await once(child, "exit")).toEqual([0, null]);
});

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function guardsOf(leader: number): readonly string[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line.includes("read -r released") && line.includes(String(leader)));
}

/** A process that has ended stays in the table until its parent has asked how. */
function isRunning(pid: number): boolean {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8")) !== undefined;
  } catch {
    return false;
  }
}
