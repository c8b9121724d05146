import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { formatSlotName, parseSlotName } from "../src/slot-name.ts";
import { claimStateSlot, type SlotLimits } from "../src/state-slots.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";

const limits: SlotLimits = { freeSlots: 2, slotBytes: 1_000, staleMs: 60_000 };
/** No process has this id: it is above what any system gives. */
const deadPid = 2 ** 30;

test("a folder that was given back is used again", async () => {
  const root = await slotRoot();
  const first = await claimStateSlot(root, limits);
  await writeFile(join(first.path, "logs.sqlite"), "rows");
  await first[Symbol.asyncDispose]();

  await using second = await claimStateSlot(root, limits);

  expect(await readdir(second.path)).toEqual(["logs.sqlite"]);
  expect(await readdir(root)).toEqual([basename(second.path)]);
});

test("no two runs hold the same folder, however many claim at once", async () => {
  const root = await slotRoot();
  const earlier = await Promise.all(Array.from({ length: 3 }, () => claimStateSlot(root)));
  await Promise.all(earlier.map((slot) => slot[Symbol.asyncDispose]()));

  const slots = await Promise.all(Array.from({ length: 16 }, () => claimStateSlot(root)));

  expect(new Set(slots.map(({ path }) => path)).size).toBe(16);
  expect((await readdir(root)).toSorted()).toEqual(
    slots.map(({ path }) => basename(path)).toSorted(),
  );
});

test("a folder stays held while its process lives, however long it writes nothing", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const root = await slotRoot();
  await using idle = await claimStateSlot(root, limits);
  const longAgo = new Date(Date.now() - 2 * limits.staleMs);
  await utimes(idle.path, longAgo, longAgo);

  vi.advanceTimersByTime(limits.staleMs / 2);
  while ((await stat(idle.path)).mtimeMs < longAgo.getTime() + 1_000) await sleep(5);
  await using other = await claimStateSlot(root, limits);

  expect((await readdir(root)).toSorted()).toEqual(
    [basename(idle.path), basename(other.path)].toSorted(),
  );
});

test("no more folders are kept than the limit says", async () => {
  const root = await slotRoot();
  const slots = await Promise.all([1, 2, 3, 4].map(() => claimStateSlot(root, limits)));
  for (const slot of slots) await slot[Symbol.asyncDispose]();
  expect((await readdir(root)).map(parseSlotName)).toEqual([{ state: "free" }, { state: "free" }]);
});

test("nor when many runs end at the same moment", async () => {
  const root = await slotRoot();
  const slots = await Promise.all(Array.from({ length: 24 }, () => claimStateSlot(root, limits)));
  await Promise.all(slots.map((slot) => slot[Symbol.asyncDispose]()));
  expect((await readdir(root)).map(parseSlotName)).toEqual([{ state: "free" }, { state: "free" }]);
});

test("nor when an earlier ktx has kept more", async () => {
  const root = await slotRoot();
  for (let count = 0; count < 9; count += 1)
    await mkdir(join(root, formatSlotName({ state: "free" }, `00${count}`)));
  await using _ = await claimStateSlot(root, limits).then(async (slot) => {
    await slot[Symbol.asyncDispose]();
    return slot;
  });
  expect(await readdir(root)).toHaveLength(limits.freeSlots);
});

test("a file with the name of a slot is not used as one", async () => {
  const root = await slotRoot();
  await writeFile(join(root, formatSlotName({ state: "free" }, "00ff")), "");
  await using slot = await claimStateSlot(root, limits);
  expect(await readdir(slot.path)).toEqual([]);
});

test("a folder that has grown too large is not kept", async () => {
  const root = await slotRoot();
  const slot = await claimStateSlot(root, limits);
  await writeFile(join(slot.path, "logs.sqlite"), "x".repeat(1_001));
  await slot[Symbol.asyncDispose]();
  expect(await readdir(root)).toEqual([]);
});

test("what an ended process held is removed and not taken over: its Codex may still write there", async () => {
  const root = await slotRoot();
  await plantSlot(root, deadPid, { file: "logs.sqlite" });

  await using slot = await claimStateSlot(root, limits);

  expect(await readdir(root)).toEqual([basename(slot.path)]);
  expect(await readdir(slot.path)).toEqual([]);
});

test("what a running process holds stays", async () => {
  const root = await slotRoot();
  const held = await plantSlot(root, process.ppid);
  await using _ = await claimStateSlot(root, limits);
  expect(await readdir(root)).toContain(basename(held));
});

test("what another machine holds stays as long as it is written to", async () => {
  const root = await slotRoot();
  const fresh = await plantSlot(root, deadPid, { machine: "0123abcd" });
  const quiet = await plantSlot(root, deadPid, { machine: "4567cdef", quietMs: 61_000 });
  await using _ = await claimStateSlot(root, limits);
  const names = await readdir(root);
  expect(names).toContain(basename(fresh));
  expect(names).not.toContain(basename(quiet));
});

test("a process id that somebody else has by now does not keep a folder for ever", async () => {
  const root = await slotRoot();
  const quiet = await plantSlot(root, process.ppid, { quietMs: 61_000 });
  await using _ = await claimStateSlot(root, limits);
  expect(await readdir(root)).not.toContain(basename(quiet));
});

test("folders that are none of ours are left alone", async () => {
  const root = await slotRoot();
  await mkdir(join(root, "notes"));
  await using slot = await claimStateSlot(root, limits);
  expect((await readdir(root)).toSorted()).toEqual([basename(slot.path), "notes"].toSorted());
});

test.each([{ state: "free" as const }, { state: "held" as const, machine: "0123abcd", pid: 4711 }])(
  "the name of a slot tells its owner: %o",
  (owner) => {
    expect(parseSlotName(formatSlotName(owner, "00ff"))).toEqual(owner);
  },
);

async function slotRoot(): Promise<string> {
  const folder = await makeTestFolder("slots");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

/** A folder as a process with this id would hold it. */
async function plantSlot(
  root: string,
  pid: number,
  options: { machine?: string; quietMs?: number; file?: string } = {},
): Promise<string> {
  await using mine = await claimStateSlot(root, { ...limits, freeSlots: 0 });
  const owner = parseSlotName(basename(mine.path));
  const machine = options.machine ?? (owner?.state === "held" ? owner.machine : "");
  const path = join(root, formatSlotName({ state: "held", machine, pid }, "00ff"));
  await mkdir(path);
  if (options.file !== undefined) await writeFile(join(path, options.file), "rows");
  const at = new Date(Date.now() - (options.quietMs ?? 0));
  await utimes(path, at, at);
  return path;
}

/** True when this machine lets an ordinary user have namespaces of their own (Linux with `unshare`). */
const hasNamespaces = spawnSync("unshare", ["-rpf", "--mount-proc", "true"]).status === 0;

// Skipped where the system allows no user namespaces.
test.skipIf(!hasNamespaces)(
  "what a process of another process-id namespace holds stays, both ways",
  async () => {
    const root = await slotRoot();
    await using mine = await claimStateSlot(root, limits);
    const program = join(import.meta.dirname, "claim-slot-program.ts");
    const node = [process.execPath, "--conditions=@ktx/source", program, root];
    const other = spawn("unshare", ["-rpf", "--mount-proc", ...node]);
    const theirs = await new Promise<string>((resolve, reject) => {
      other.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      other.once("exit", () => reject(new Error("It ended too early.")));
    });
    // They have looked at ours, whose owner has no process in their namespace; now we look at theirs.
    await using _ = await claimStateSlot(root, limits);
    const names = await readdir(root);
    expect(names).toContain(basename(mine.path));
    expect(names).toContain(basename(theirs));
    other.removeAllListeners("exit");
    const ended = once(other, "exit");
    other.stdin.end();
    await ended;
  },
);
